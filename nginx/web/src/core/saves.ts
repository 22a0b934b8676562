/*
 * On which of one's boards a pin is.  A pin tells of public boards, and of some
 * of them alone; `exact` of all of one's own, for those that were asked about.
 * What changed here since stands in `changed`.
 */
import { signal } from '@preact/signals';
import { api, get, turn } from './api';
import { boardsToFill, loadMyBoards, me, myBoards, sharedBoards }
	from './session';
import type { Board, BoardName, Pin } from './types';

const changed = signal<ReadonlyMap<string, boolean>>(new Map());

const exact = signal<ReadonlyMap<number, ReadonlySet<number>>>(new Map());

const nameOf = (pin: Pin, board: BoardName): string => `${pin.id} ${board.id}`;

export function isOn(pin: Pin, board: BoardName): boolean {
	return changed.value.get(nameOf(pin, board)) ??
		exact.value.get(pin.id)?.has(board.id) ??
		pin.boards.some((one) => one.id === board.id);
}

/* Asks for all of one's own boards that a pin is on, the secret ones too. */
export async function loadPlaces(pin: Pin): Promise<void> {
	const found = await get<BoardName[]>(`pins/${pin.id}/boards`);
	exact.value = new Map(exact.value)
		.set(pin.id, new Set(found.map((board) => board.id)));
}

export function isSaved(pin: Pin): boolean {
	return boardsToFill().some((board) => isOn(pin, board));
}

function mark(pin: Pin, board: BoardName, on: boolean): void {
	changed.value = new Map(changed.value).set(nameOf(pin, board), on);
}

/* One's own list of boards tells the same: how many, and the covers. */
function count(pin: Pin, board: BoardName, on: boolean): void {
	const { id, title, image } = pin;
	const counted = (one: Board): Board => one.id === board.id
		? { ...one, pin_count: one.pin_count + (on ? 1 : -1),
			pin: [...on ? [{ id, title, image }] : [],
				...one.pin.filter((other) => other.id !== id)] }
		: one;
	myBoards.value = myBoards.value?.map(counted) ?? null;
	sharedBoards.value = sharedBoards.value?.map(counted) ?? null;
}

/* A pin of one's own is new on a board. */
export function countNew(pin: Pin, board: BoardName): void {
	count(pin, board, true);
}

/* A pin is gone, and so from all boards; what it returns is for its return. */
export function countGone(pin: Pin): () => void {
	const from = boardsToFill().filter((board) => isOn(pin, board));
	from.forEach((board) => count(pin, board, false));
	return () => from.forEach((board) => count(pin, board, true));
}

/* Shown at once, taken back if the server refuses; false if it was turned again
 * meanwhile. */
export function putOn(pin: Pin, board: BoardName, on: boolean):
	Promise<boolean> {
	if (on)
		rememberBoard(board);
	const show = (now: boolean) => {
		if (isOn(pin, board) === now)
			return;
		count(pin, board, now);
		mark(pin, board, now);
	};
	return turn(`save ${nameOf(pin, board)}`, on, show, (wish) => wish
		? api('POST', `boards/${board.id}/add_pin`, { body: { id: pin.id } })
		: api('DELETE', `boards/${board.id}/pins/${pin.id}`));
}

/* Numbers of the boards that were used last, the last first; of whom. */
const usedLast = signal<{ of: string; ids: number[] }>({ of: '', ids: [] });
const keepUsed = 3;

function used(): number[] {
	const of = `boards of ${me.value?.id}`;
	if (usedLast.value.of !== of)
		usedLast.value = { of, ids: (localStorage.getItem(of) ?? '')
			.split(' ').map(Number) };
	return usedLast.value.ids;
}

export function rememberBoard(board: BoardName): void {
	const ids = [board.id, ...used().filter((id) => id !== board.id)]
		.slice(0, keepUsed);
	localStorage.setItem(usedLast.value.of, ids.join(' '));
	usedLast.value = { of: usedLast.value.of, ids };
}

/* Those of one's boards that were used last, three at most. */
export function recentBoards(): Board[] {
	const boards = boardsToFill();
	return used().flatMap((id) => boards.filter((one) => one.id === id));
}

/* The board that was used last, or the newest; null if there is none, or one's
 * boards are not known yet. */
export function lastBoardNow(): Board | null {
	return recentBoards()[0] ?? myBoards.value?.[0] ?? null;
}

export async function lastBoard(): Promise<Board | null> {
	await loadMyBoards();
	return lastBoardNow();
}
