/* The language of what people wrote, for whoever reads it out or breaks its
 * lines: known where its letters say so and it is not that of the page. */
import { type Language, language } from './words';

const hangul = /[ㄱ-ㆎ가-힣]/;
const latin = /[a-z]/i;

export function langOf(text: string): Language | undefined {
	const found = hangul.test(text) ? 'ko' : latin.test(text) ? 'en'
		: undefined;
	return found === language ? undefined : found;
}
