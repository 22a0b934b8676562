/* The title of the document. */
import { useEffect } from 'preact/hooks';

export function useTitle(text: string | undefined): void {
	useEffect(() => {
		document.title = text ? `${text} · Pinwall` : 'Pinwall';
	}, [text]);
}
