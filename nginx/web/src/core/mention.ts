/*
 * Names in what one writes: "@na|" at the caret, and those of a comment.
 */
import { get } from './api';
import { me } from './session';
import type { Name, Person } from './types';

const word = /(^|[^0-9A-Za-z가-힣_.@-])@([0-9A-Za-zㄱ-ㆎ가-힣_.-]{0,20})$/;

/* What of a name stands before the caret; null: the caret is in none. */
export function nameAt(text: string, caret: number): string | null {
	return text.slice(0, caret).match(word)?.[2] ?? null;
}

/* The text with the name at the caret made whole, and where the caret is. */
export function withName(text: string, caret: number, name: string):
	[string, number] {
	const before = `${text.slice(0, caret).replace(word, '$1')}@${name} `;
	return [before + text.slice(caret).replace(/^ /, ''), before.length];
}

let followed: { of: number; names: Promise<string[]> } | null = null;

/* Those whom the reader follows, asked for once. */
function followedNames(): Promise<string[]> {
	const id = me.value?.id;
	if (!id)
		return Promise.resolve([]);
	if (followed?.of !== id)
		followed = { of: id, names: get<Person[]>(
			'pinterestAccounts/following-user').then((all) =>
			all.map((one) => one.username), () => []) };
	return followed.names;
}

/* At most six names that begin so: of those who are here, then of others. */
export async function namesFor(prefix: string, here: string[]):
	Promise<string[]> {
	const small = prefix.toLocaleLowerCase();
	const all = new Set([...here, ...await followedNames()]);
	all.delete(me.value?.username ?? '');
	return [...all].filter((one) =>
		one.toLocaleLowerCase().startsWith(small)).slice(0, 6);
}

/* A text in pieces, of which those with a name are mentions. */
export function pieces(text: string, mentions: Name[]):
	{ text: string; name?: string }[] {
	const names = mentions.map((one) => one.username)
		.sort((a, b) => b.length - a.length);
	if (!names.length)
		return [{ text }];
	const safe = names.map((one) => one.replace(/[.-]/g, '\\$&'));
	const split = new RegExp(`(@(?:${safe.join('|')}))`, 'giu');
	return text.split(split).map((part, i) => i % 2
		? { text: part, name: names.find((one) => one.toLocaleLowerCase() ===
			part.slice(1).toLocaleLowerCase()) ?? part.slice(1) }
		: { text: part });
}
