/*
 * Tags that begin as the word at the caret does: "a cup of #te|".  The last
 * question alone is answered; those before it are given up.
 */
import { get, isAbort } from './api';
import type { Tag } from './types';

const word = /#([a-zA-Z\dㄱ-힣]+)$/;
const patience = 120;

/* What of a tag stands before the caret; null: the caret is in none. */
export function tagAt(text: string, caret: number): string | null {
	return text.slice(0, caret).match(word)?.[1] ?? null;
}

/* The text with the word at the caret made a tag, and where the caret is. */
export function withTag(text: string, caret: number, tag: string):
	[string, number] {
	const before = `${text.slice(0, caret).replace(word, '')}#${tag} `;
	const after = text.slice(caret).replace(/^[a-zA-Z\dㄱ-힣]+/, '')
		.replace(/^ /, '');
	return [before + after, before.length];
}

export class Suggestions {
	private abort: AbortController | null = null;
	private timer = 0;

	constructor(private readonly show: (tags: Tag[]) => void) {}

	ask(prefix: string | null): void {
		this.stop();
		if (prefix === null) {
			this.show([]);
			return;
		}
		this.timer = window.setTimeout(() => {
			void this.send(prefix);
		}, patience);
	}

	stop(): void {
		clearTimeout(this.timer);
		this.abort?.abort();
		this.abort = null;
	}

	private async send(prefix: string): Promise<void> {
		const abort = new AbortController();
		this.abort = abort;
		try {
			const tags = await get<Tag[]>(
				`tags/?prefix=${encodeURIComponent(prefix)}`, abort.signal);
			if (!abort.signal.aborted)
				this.show(tags);
		} catch (e) {
			if (!isAbort(e))
				this.show([]);
		}
	}
}
