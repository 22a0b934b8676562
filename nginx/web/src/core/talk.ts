/*
 * The comments on an item, as they are shown: what one writes, changes and
 * deletes stands there at once, and the server is told after.  What it refuses
 * to take stays, marked, to be sent again; what it refuses to change turns back.
 */
import { type Signal, signal } from '@preact/signals';
import { api, type ApiError, asApiError, get, isAbort, nextOf, type Page,
	turn } from './api';
import { takeFirst } from './first';
import { me } from './session';
import type { Comment } from './types';

export type Order = 'newest' | 'top';

/* One that is on its way, or did not arrive. */
export interface Shown extends Comment {
	pending?: 'sending' | 'failed';
	replies?: Shown[];
}

let number = 0;

export class Talk {
	readonly comments: Signal<Shown[] | null> = signal(null);
	readonly next: Signal<string | null> = signal(null);
	readonly order: Signal<Order> = signal('newest');
	readonly error: Signal<ApiError | null> = signal(null);
	/* The thread that is unfolded for who looks for something in it. */
	readonly opened: Signal<number | null> = signal(null);
	private abort: AbortController | null = null;
	private fresh = false;

	constructor(readonly item: number, readonly count: (by: number) => void) {
		const page = takeFirst(this.path) as Page<Comment> | undefined;
		if (page)
			this.show(page);
		this.fresh = page !== undefined;
	}

	private show(page: Page<Comment>): void {
		this.comments.value = page.results;
		this.next.value = nextOf(this.path, page.next);
		this.error.value = null;
	}

	/* Unless the document brought them. */
	start(): void {
		if (!this.fresh)
			void this.load();
		this.fresh = false;
	}

	get path(): string {
		const order = this.order.value === 'top' ? '?order=top' : '';
		return `items/${this.item}/comments${order}`;
	}

	/* The first page; what was shown stays until it is here. */
	async load(): Promise<void> {
		this.stop();
		this.abort = new AbortController();
		try {
			this.show(await get<Page<Comment>>(this.path, this.abort.signal));
		} catch (e) {
			if (!isAbort(e))
				this.error.value = asApiError(e);
		}
	}

	stop(): void {
		this.abort?.abort();
	}

	sort(order: Order): void {
		this.order.value = order;
		void this.load();
	}

	async more(): Promise<void> {
		if (this.next.value === null)
			return;
		const page = await get<Page<Comment>>(this.next.value);
		const known = new Set(this.comments.value?.map((one) => one.id));
		this.comments.value = [...this.comments.value ?? [],
			...page.results.filter((one) => !known.has(one.id))];
		this.next.value = nextOf(this.path, page.next);
	}

	/* The one that the address names, and the thread it is in: first if they are
	 * not among those that are here. */
	async reveal(id: number): Promise<void> {
		if (!this.comments.value)
			await this.load();
		const one = this.find(id) ?? await get<Comment>(`comments/${id}`);
		const { parent } = one;
		const top = parent === null ? one
			: this.find(parent) ?? await get<Comment>(`comments/${parent}`);
		if (!this.find(top.id))
			this.comments.value = [top, ...this.comments.value ?? []];
		if (!this.find(id))
			this.addReplies(top.id, [one]);
		this.opened.value = top.id;
	}

	private addReplies(id: number, more: Comment[]): void {
		/* Those on their way have no number yet, and come last. */
		const place = (one: Shown) => one.id < 0 ? Infinity : one.id;
		this.change(id, (at) => ({ ...at, replies: [...at.replies ?? [], ...more]
			.sort((a, b) => a.id < 0 && b.id < 0 ? b.id - a.id : place(a) - place(b)) }));
	}

	/* The replies that are not here yet. */
	async moreReplies(of: Shown): Promise<void> {
		const known = new Set(of.replies?.map((one) => one.id));
		const found: Comment[] = [];
		let path: string | null = `comments/${of.id}/replies?limit=100`;
		while (path !== null) {
			const page: Page<Comment> = await get<Page<Comment>>(path);
			found.push(...page.results.filter((one) => !known.has(one.id)));
			path = nextOf(path, page.next);
		}
		this.addReplies(of.id, found);
	}

	/* Puts another in the place of one; null: none. */
	change(id: number, to: (one: Shown) => Shown | null): void {
		const each = (list: Shown[]): Shown[] => list.flatMap((one) => {
			const now = one.id === id ? to(one) : one;
			return now ? [now.replies?.some((reply) => reply.id === id)
				? { ...now, replies: each(now.replies) } : now] : [];
		});
		this.comments.value = each(this.comments.value ?? []);
	}

	/* Somebody's go, and leave a stub where others answered; what it returns
	 * brings all back. */
	without(name: string): () => void {
		const before = this.comments.value;
		const each = (list: Shown[]): Shown[] => list.flatMap((one) => {
			const replies = each(one.replies ?? []);
			if (one.created_by?.username !== name)
				return [one.replies ? { ...one, replies } : one];
			return one.num_replies ? [{ ...one, replies, content: null,
				created_by: null, deleted: true, mentions: [] }] : [];
		});
		this.comments.value = each(before ?? []);
		return () => { this.comments.value = before; };
	}

	find(id: number): Shown | undefined {
		return this.comments.value?.flatMap((one) =>
			[one, ...one.replies ?? []]).find((one) => one.id === id);
	}

	/* A comment, or a reply to one. */
	add(content: string, to?: Shown): Promise<void> {
		const user = me.value;
		if (!user)
			return Promise.resolve();
		const parent = to ? to.parent ?? to.id : null;
		const now = new Date().toISOString();
		const one: Shown = { id: --number, parent, content, liked: false,
			created_by: { user_id: user.id, username: user.username,
				image: user.avatar, following: null },
			to_profile: to?.parent ? to.created_by : null,
			created_at: now, updated_at: now, num_likes: 0, mentions: [],
			pending: 'sending', replies: [], num_replies: 0 };
		if (parent === null)
			this.comments.value = [one, ...this.comments.value ?? []];
		else
			this.change(parent, (at) => ({ ...at,
				replies: [...at.replies ?? [], one],
				num_replies: (at.num_replies ?? 0) + 1 }));
		this.count(1);
		return this.send(one, to?.id ?? null);
	}

	/* Once more, if it did not arrive. */
	async send(one: Shown, to: number | null = one.parent): Promise<void> {
		this.change(one.id, (at) => ({ ...at, pending: 'sending' }));
		try {
			const made = await api<Comment>('POST', to === null
				? `items/${this.item}/comments` : `comments/${to}/replies`,
			{ body: { content: one.content } });
			this.change(one.id, () => made);
		} catch (e) {
			this.change(one.id, (at) => ({ ...at, pending: 'failed' }));
			throw e;
		}
	}

	/* What never arrived is gone without a word. */
	drop(one: Shown): void {
		const { parent } = one;
		this.change(one.id, () => null);
		if (parent !== null)
			this.change(parent, (at) => ({ ...at,
				num_replies: (at.num_replies ?? 1) - 1 }));
		this.count(-1);
	}

	async edit(one: Shown, content: string): Promise<void> {
		this.change(one.id, (at) => ({ ...at, content }));
		try {
			const made = await api<Comment>('PATCH', `comments/${one.id}`,
				{ body: { content } });
			this.change(one.id, (at) => ({ ...at, content: made.content,
				updated_at: made.updated_at, mentions: made.mentions }));
		} catch (e) {
			this.change(one.id, (at) => ({ ...at, content: one.content }));
			throw e;
		}
	}

	/* One with replies leaves a stub.  The answer brings it back. */
	async remove(one: Shown): Promise<() => Promise<void>> {
		const before = this.comments.value;
		if (one.num_replies)
			this.change(one.id, (at) => ({ ...at, content: null,
				created_by: null, deleted: true, mentions: [] }));
		else
			this.drop(one);
		this.count(one.num_replies ? -1 : 0);
		const back = (): void => {
			this.comments.value = before;
			this.count(1);
		};
		await api('DELETE', `comments/${one.id}`).catch((e) => {
			back();
			throw e;
		});
		return async () => {
			await api('POST', `comments/${one.id}/restore`);
			this.count(1);
			await this.load();
		};
	}

	like(one: Shown): Promise<boolean> {
		const on = one.liked !== true;
		const show = (now: boolean) => this.change(one.id, (at) =>
			(at.liked === true) === now ? at : { ...at, liked: now,
				num_likes: Math.max(0, at.num_likes + (now ? 1 : -1)) });
		return turn(`like ${one.id}`, on, show, (wish) =>
			api(wish ? 'PUT' : 'DELETE', `items/${one.id}/like`));
	}

	/* Who has said something here: the first to be mentioned. */
	names(): string[] {
		const said = this.comments.value?.flatMap((one) =>
			[one, ...one.replies ?? []]) ?? [];
		return [...new Set(said.flatMap((one) =>
			one.created_by ? [one.created_by.username] : []))];
	}
}
