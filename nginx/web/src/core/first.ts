/*
 * The first answers of the API, which stand in the document (features/pages):
 *
 *     <script type="application/json" data-path="pins/12">{...}</script>
 *
 * Each is used once, instead of the call that it answers.  What was refused, or
 * could not be had, is no answer; and if the login is to be renewed first, they
 * were made for somebody else.
 */
const answers = new Map<string, unknown>();

const isAnswer = (value: unknown): boolean => Array.isArray(value) ||
	(typeof value === 'object' && value !== null && !('detail' in value));

function readOne(element: HTMLElement): void {
	const path = element.dataset['path'];
	try {
		const value: unknown = JSON.parse(element.textContent ?? '');
		if (path && isAnswer(value))
			answers.set(path, value);
	} catch {
		/* It is asked for. */
	}
	element.remove();
}

export function readFirst(): void {
	document.querySelectorAll<HTMLElement>(
		'script[type="application/json"]').forEach(readOne);
}

/* The answer to a call, if it stands in the document. */
export function takeFirst(path: string): unknown {
	const answer = answers.get(path);
	answers.delete(path);
	return answer;
}

export function forgetFirst(): void {
	answers.clear();
}
