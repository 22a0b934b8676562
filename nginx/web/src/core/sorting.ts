/*
 * An order that is made by hand, as far as it is no matter of pixels: where the
 * thing that was picked up stands by now.  It is put there for good when it is
 * dropped, and is back where it was when that is given up or refused.
 */
import { type Signal, signal } from '@preact/signals';

/* Moves a thing before another one; null: to the end. */
export type Move = (id: number, before: number | null) => Promise<unknown>;

export class Sorting {
	/* The order while something is moved; null: nothing is. */
	readonly order: Signal<readonly number[] | null> = signal(null);
	readonly picked: Signal<number | null> = signal(null);
	private start: readonly number[] = [];

	constructor(private readonly ids: () => readonly number[],
		private readonly move: Move) {}

	pick(id: number): void {
		this.start = this.ids();
		this.order.value = this.start;
		this.picked.value = id;
	}

	/* Of the thing that is picked up, from 0. */
	get place(): number {
		return this.order.value?.indexOf(this.picked.value ?? 0) ?? -1;
	}

	get count(): number {
		return this.start.length;
	}

	/* False: it stands there already. */
	to(place: number): boolean {
		const { value: id } = this.picked;
		const at = Math.max(0, Math.min(place, this.count - 1));
		if (id === null || at === this.place)
			return false;
		const rest = this.start.filter((one) => one !== id);
		this.order.value = [...rest.slice(0, at), id, ...rest.slice(at)];
		return true;
	}

	cancel(): void {
		this.picked.value = null;
		this.order.value = null;
	}

	/* Shown as it is until the server has said yes or no. */
	async drop(): Promise<void> {
		const { value: id } = this.picked;
		const order = this.order.value;
		const from = this.start.indexOf(id ?? 0);
		const at = this.place;
		this.picked.value = null;
		if (id === null || order === null || at === from) {
			this.order.value = null;
			return;
		}
		try {
			await this.move(id, order[at + 1] ?? null);
		} finally {
			if (this.order.value === order)
				this.order.value = null;
		}
	}
}
