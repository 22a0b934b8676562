/*
 * Where cards stand: each in the column that is shortest when its turn comes,
 * from the sizes the API tells, before any picture is here.  A card that was
 * placed never moves while the width stays.
 */
export interface Box {
	x: number;
	y: number;
	width: number;
	height: number;
	/* Of the picture within. */
	picture: number;
}

export interface Shape {
	width: number;
	height: number;
}

const columnWidth = 200;
/* The line of words below a picture. */
export const footHeight = 52;
const tallest = 2.2;
const lowest = 60;

export class Layout {
	readonly columns: number;
	readonly gap: number;
	readonly column: number;
	readonly boxes: Box[] = [];
	private readonly ends: number[];

	constructor(readonly width: number) {
		this.gap = width < 600 ? 8 : 16;
		this.columns = Math.max(2,
			Math.floor((width + this.gap) / (columnWidth + this.gap)));
		this.column = Math.floor(
			(width - this.gap * (this.columns - 1)) / this.columns);
		this.ends = new Array<number>(this.columns).fill(0);
	}

	/* Places what has no place yet; all anew if something was taken away. */
	place(shapes: readonly Shape[]): void {
		if (this.boxes.length > shapes.length) {
			this.boxes.length = 0;
			this.ends.fill(0);
		}
		for (let i = this.boxes.length; i < shapes.length; i++)
			this.boxes.push(this.next(shapes[i] as Shape));
	}

	next(shape: Shape): Box {
		const end = Math.min(...this.ends);
		const i = this.ends.indexOf(end);
		const picture = pictureHeight(shape, this.column);
		const box = {
			x: i * (this.column + this.gap), y: end,
			width: this.column, height: picture + footHeight, picture,
		};
		this.ends[i] = end + box.height + this.gap;
		return box;
	}

	get height(): number {
		return Math.max(...this.ends);
	}

	/* Places for cards that are still to come, after the last one. */
	skeletons(n: number): Box[] {
		const ends = [...this.ends];
		const made = Array.from({ length: n }, (_, i) => this.next(
			{ width: 3, height: 3 + (i * 7) % 4 }));
		this.ends.splice(0, ends.length, ...ends);
		return made;
	}
}

export function pictureHeight(shape: Shape, width: number): number {
	const ratio = shape.width > 0 ? shape.height / shape.width : 1;
	return Math.round(Math.min(Math.max(ratio * width, lowest),
		tallest * width));
}

export function isCut(shape: Shape): boolean {
	return shape.height > tallest * shape.width;
}
