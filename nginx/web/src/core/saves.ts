/*
 * On which of one's boards a pin is.  A pin tells of public boards, and of some
 * of them alone; `exact` of all of one's own, for those that were asked about.
 * What changed here since stands in `changed`.
 */
import { signal } from '@preact/signals';
import { api, get } from './api';
import { loadMyBoards, me, myBoards } from './session';
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
	return (myBoards.value ?? []).some((board) => isOn(pin, board));
}

function mark(pin: Pin, board: BoardName, on: boolean): void {
	changed.value = new Map(changed.value).set(nameOf(pin, board), on);
}

function count(board: BoardName, by: number): void {
	myBoards.value = (myBoards.value ?? []).map((one) => one.id === board.id
		? { ...one, pin_count: one.pin_count + by } : one);
}

/* Shown at once, taken back if the server refuses. */
export async function putOn(pin: Pin, board: BoardName, on: boolean):
	Promise<void> {
	mark(pin, board, on);
	count(board, on ? 1 : -1);
	if (on)
		rememberBoard(board);
	try {
		if (on)
			await api('POST', `boards/${board.id}/add_pin`,
				{ body: { id: pin.id } });
		else
			await api('DELETE', `boards/${board.id}/pins/${pin.id}`);
	} catch (e) {
		mark(pin, board, !on);
		count(board, on ? -1 : 1);
		throw e;
	}
}

const lastName = (): string => `board of ${me.value?.id}`;

export function rememberBoard(board: BoardName): void {
	localStorage.setItem(lastName(), String(board.id));
}

/* The board that was used last, or the newest; null if there is none. */
export async function lastBoard(): Promise<Board | null> {
	const boards = await loadMyBoards();
	const id = Number(localStorage.getItem(lastName()));
	return boards.find((one) => one.id === id) ?? boards[0] ?? null;
}
