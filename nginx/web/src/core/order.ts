/* A list with one of its things moved before another one; null: to the end. */
export function movedIn<T extends { id: number }>(list: readonly T[],
	id: number, before: number | null): T[] {
	const rest = list.filter((one) => one.id !== id);
	const at = before === null ? rest.length
		: rest.findIndex((one) => one.id === before);
	return [...rest.slice(0, at), ...list.filter((one) => one.id === id),
		...rest.slice(at)];
}
