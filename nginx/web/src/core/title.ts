/* The title of the document: there with the page, as whoever hears it needs. */
import { useLayoutEffect } from 'preact/hooks';

export function useTitle(text: string | undefined): void {
	useLayoutEffect(() => {
		document.title = text ? `${text} · Pinwall` : 'Pinwall';
	}, [text]);
}
