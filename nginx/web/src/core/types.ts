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
	/* What is seen, for those who do not see it; '' if it is not told. */
	alt: string;
	image: string;
	image_url: string;
	media: Media;
	similarity?: { score: number; why?: Why[] };
	/* It is the card of a style post. */
	post?: StylePost;
}

/* Who made it, beside what they made.  following: "login required" for nobody,
 * null for oneself. */
export interface Maker {
	user_id: number;
	user_name: string;
	profile_name: string;
	image: string | null;
	following: boolean | null | string;
}

export interface StylePost {
	id: number;
	author: string;
	content: string;
	images: string[];
	/* Of the frame, width by height. */
	image_ratio: number;
	created_by: Maker;
	created_at: string;
	updated_at: string;
	tag_set: Tag[];
	media: Media[];
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

export type Role = 'viewer' | 'adder' | 'editor';

export interface Member {
	id: number;
	username: string;
	avatar: string | null;
	role: Role;
	/* false: invited */
	accepted?: boolean;
}

export interface Section {
	id: number;
	title: string;
	pin_count: number;
}

export interface Board {
	id: number;
	title: string;
	author: string;
	pin_count: number;
	secret: boolean;
	content: string;
	cover: string | null;
	/* As what the reader was let in; null: as anybody, or its owner. */
	role: Role | null;
	members: Member[];
	pin: BoardPin[];
	/* Of the page of one board. */
	sections?: Section[];
}

export interface Invitation {
	id: number;
	title: string;
	author: string;
	role: Role;
	invited_by: string | null;
}

export interface Person {
	id: number;
	username: string;
	user_name?: string;
	avatar: string | null;
	created_at: string;
}

/* A person as a profile shows them. */
export interface Profile extends Person {
	user_name: string;
	profile_name: string;
	introduction: string;
	num_posts: number;
	following: boolean | null;
	follower_count: number;
	following_count: number;
}

/* One's own account with what only its owner sees. */
export interface Own extends Omit<Profile, 'following'> {
	email: string;
	gender: 'F' | 'M' | 'O' | null;
	birthday: string | null;
	phone_number: string | null;
	shoe_size: number | null;
}

/* Somewhere one is logged in. */
/* One's own data, as a file. */
export interface OwnFile {
	state: 'none' | 'making' | 'ready' | 'failed';
	bytes: number | null;
	created_at: string | null;
	ended_at: string | null;
	expires_at: string | null;
	url: string | null;
	reason: string | null;
}

export interface Login {
	id: number;
	device: string | null;
	last_seen: string;
	current: boolean;
}

export type Told = 'follow' | 'like' | 'comment' | 'reply' | 'mention' |
	'invite';

/* What one is told of: by several, if it is about one thing. */
export interface Notice {
	id: number;
	kind: Told | 'staff';
	actors: Omit<Person, 'created_at'>[];
	num_actors: number;
	item: {
		id: number;
		kind: 'pin' | 'style' | 'comment' | 'board';
		title: string;
		image: string | null;
	} | null;
	url: string;
	/* What the staff decided, and the note that it left: '' for none. */
	action: 'take_down' | 'restore' | 'warn' | null;
	note: string | null;
	created_at: string;
	read: boolean;
}

/* A person beside what they said or liked. */
export interface Talker {
	user_id: number;
	username: string;
	image: string | null;
	following: boolean | string | null;
}

export interface Liker {
	from_profile: Talker;
	created_at: string;
}

/* How many like, comment on and save an item, and whether the reader does. */
export interface Social {
	num_likes: number;
	num_comments: number;
	num_bookmarks: number;
	liked: boolean | null;
	bookmarked: boolean | null;
}

export interface Name {
	user_id: number;
	username: string;
}

/* A comment, or a reply, which has a parent and no replies. */
export interface Comment {
	id: number;
	parent: number | null;
	content: string | null;
	to_profile: Name | null;
	created_by: Talker | null;
	created_at: string;
	updated_at: string;
	num_likes: number;
	liked: boolean | string;
	mentions: Name[];
	deleted?: boolean;
	replies?: Comment[];
	num_replies?: number;
}

/* Whoever is logged in. */
export interface User extends Person {
	user_name: string;
	email: string;
	email_verified: boolean;
	is_staff: boolean;
}
