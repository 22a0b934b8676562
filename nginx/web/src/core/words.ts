/*
 * The words of the interface in the reader's language.
 *
 * A text may hold {name}, the value of that name; {n?pin:pins}, one of two
 * forms by the plural of n; and {name!을:를}, the value followed by the
 * particle that fits its last sound, the form after a consonant first.  Keys
 * are typed: a text that is missing in a language does not compile.
 */
import type { words as en } from '../words/en';

export type Key = keyof typeof en;
export type Words = Record<Key, string>;
export type Language = 'en' | 'ko';
export type Values = Record<string, string | number>;

const loaders: Record<Language, () => Promise<{ words: Words }>> = {
	en: () => import('../words/en'),
	ko: () => import('../words/ko'),
};

export let language: Language = 'en';
let words: Words;
let plural: Intl.PluralRules;

export function isLanguage(text: string | null): text is Language {
	return text === 'en' || text === 'ko';
}

/* The language of the page, or the one that was chosen in the settings. */
export async function loadWords(): Promise<void> {
	const chosen = localStorage.getItem('language');
	const page = document.documentElement.lang;
	language = isLanguage(chosen) ? chosen : isLanguage(page) ? page : 'en';
	document.documentElement.lang = language;
	words = (await loaders[language]()).words;
	plural = new Intl.PluralRules(language);
}

export function chooseLanguage(wanted: Language): void {
	localStorage.setItem('language', wanted);
	location.reload();
}

export function t(key: Key, values: Values = {}): string {
	return fill(words[key], values);
}

export function fill(text: string, values: Values): string {
	return text.replace(/\{(\w+)(?:([?!])([^:}]*):([^}]*))?\}/g,
		(_, name: string, kind?: string, a = '', b = '') => {
			const value = values[name] ?? '';
			if (kind === '?')
				return plural.select(Number(value)) === 'one' ? a : b;
			const shown = typeof value === 'number'
				? shortNumber(value) : value;
			return kind === '!'
				? shown + (endsInConsonant(shown) ? a : b) : shown;
		});
}

/* Does the last sound of a word, as Koreans read it, close with a consonant? */
export function endsInConsonant(text: string): boolean {
	const last = text.replace(/[^\p{L}\p{N}]+$/u, '').at(-1) ?? '';
	const code = last.charCodeAt(0);
	if (code >= 0xac00 && code <= 0xd7a3)
		return (code - 0xac00) % 28 !== 0;
	if (/\d/.test(last))
		return '013678'.includes(last);
	return /[bcdgklmnprt]/i.test(last);
}

export function shortNumber(value: number): string {
	return new Intl.NumberFormat(language, {
		notation: 'compact',
		maximumFractionDigits: value < 10000 ? 1 : 0,
	}).format(value).replace('K', 'k');
}

const units: [Intl.RelativeTimeFormatUnit, number][] = [
	['year', 31536000], ['month', 2592000], ['week', 604800],
	['day', 86400], ['hour', 3600], ['minute', 60],
];

/* How long ago a time was: "3 hours ago". */
export function ago(time: string, now = Date.now()): string {
	const seconds = (Date.parse(time) - now) / 1000;
	const [unit, size] = units.find(([, one]) => -seconds >= one)
		?? ['second', 1];
	const form = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
	return form.format(Math.min(0, Math.round(seconds / size)), unit);
}

export function day(time: string): string {
	return new Intl.DateTimeFormat(language, { dateStyle: 'long' })
		.format(new Date(time));
}

/* "12.5 MB". */
export function fileSize(bytes: number): string {
	const large = bytes >= 1e6;
	return new Intl.NumberFormat(language, {
		style: 'unit', unit: large ? 'megabyte' : 'kilobyte',
		maximumFractionDigits: large && bytes < 1e8 ? 1 : 0,
	}).format(Math.max(1, bytes / 1e3) / (large ? 1e3 : 1));
}
