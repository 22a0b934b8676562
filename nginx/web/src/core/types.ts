/* What the API answers, as far as the application reads it. */

export interface Size {
	width: number;
	height: number;
	url: string;
}

export interface Media {
	width: number;
	height: number;
	colour: string;
	placeholder: string;
	animated: boolean;
	sizes: Size[];
}

export interface BoardName {
	id: number;
	title: string;
}

export interface Tag {
	id: number;
	tag_name: string;
	item_count?: number;
	following?: boolean | null;
}

export interface Why {
	word: string;
	weight: number;
}

export interface Pin {
	id: number;
	author: string;
	boards: BoardName[];
	tag_set: Tag[];
	created_at: string;
	updated_at: string;
	title: string;
	image: string;
	image_url: string;
	media: Media;
	similarity?: { score: number; why?: Why[] };
}

/* A pin of one's own with the same picture. */
export interface Twin {
	id: number;
	title: string;
	board: string | null;
}

export interface BoardPin {
	id: number;
	title: string;
	image: string;
}

export interface Board {
	id: number;
	title: string;
	author: string;
	pin_count: number;
	secret: boolean;
	pin: BoardPin[];
}

export interface Person {
	id: number;
	username: string;
	avatar: string | null;
	created_at: string;
}

export interface User extends Person {
	email: string | null;
	email_verified: boolean | null;
	following: boolean | null;
	follower_count: number;
	following_count: number;
	boards: Board[];
}
