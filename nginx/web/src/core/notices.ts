/*
 * How much one has been told of and not read: the number on the bell.
 *
 * It is asked for when somebody is logged in, when the page is looked at again,
 * and every minute while it is; what one tab learns, the others know at once.
 */
import { effect, signal } from '@preact/signals';
import { api, peek } from './api';
import { me } from './session';
import type { Notice } from './types';

export const unread = signal(0);

interface Count {
	unread: number;
}
interface News extends Count {
	of: number;
}

const every = 60 * 1000;
const tabs = new BroadcastChannel('notices');
let asked = 0;

function know(count: Count, told = false): void {
	unread.value = count.unread;
	if (!told && me.value)
		tabs.postMessage({ of: me.value.id, unread: count.unread });
}

/* Quietly: a number that cannot be had stays as it was. */
export async function lookForNotices(): Promise<void> {
	const of = me.value?.id;
	if (!of)
		return;
	asked = Date.now();
	const count = await peek<Count>('notices/count');
	if (count && me.value?.id === of)
		know(count);
}

export function startNotices(): void {
	let last: number | undefined;
	effect(() => {
		const now = me.value?.id;
		if (now === last)
			return;
		last = now;
		unread.value = 0;
		/* Nothing waits for it. */
		setTimeout(() => void lookForNotices());
	});
	const look = (after: number) => {
		if (!document.hidden && Date.now() - asked >= after)
			void lookForNotices();
	};
	setInterval(() => look(every), 5 * 1000);
	document.addEventListener('visibilitychange', () => look(1000));
	tabs.addEventListener('message', ({ data }: MessageEvent<News>) => {
		if (data.of === me.value?.id)
			know(data, true);
	});
}

/* At once on the bell; as the server says after. */
export async function readNotice(one: Notice): Promise<void> {
	if (one.read)
		return;
	know({ unread: Math.max(0, unread.value - 1) });
	await api<Count>('POST', `notices/${one.id}/read`)
		.then(know, lookForNotices);
}

export async function readNoticesTo(id: number): Promise<void> {
	know(await api<Count>('POST', 'notices/read', { body: { id } }));
}
