/*
 * Who is logged in: asked once at the start, and renewed before the login
 * ends.  What needs a login and has none asks for it by needLogin(); the
 * action goes on after the login.
 */
import { signal } from '@preact/signals';
import { api, get, getAll, onLoginLost, renew } from './api';
import { forgetFirst, takeFirst } from './first';
import { movedIn } from './order';
import type { Board, User } from './types';

/* undefined: not known yet; null: nobody. */
export const me = signal<User | null | undefined>(undefined);
/* One's own boards; null: not asked for yet. */
export const myBoards = signal<Board[] | null>(null);
/* Those of others that one was let in; null: not asked for yet. */
export const sharedBoards = signal<Board[] | null>(null);
/* What goes on after the login, or ends without it; null: none is asked for. */
export interface Waiting {
	go: () => void;
	stop: () => void;
}
export const waiting = signal<Waiting | null>(null);

const renewEvery = 10 * 60 * 1000;
let renewed = 0;

function set(user: User | null): void {
	me.value = user;
	myBoards.value = null;
	sharedBoards.value = null;
	/* Cards say on which of them a pin is; nothing waits for it. */
	if (user)
		setTimeout(() => { loadMyBoards().catch(() => undefined); });
	renewed = Date.now();
	if (user)
		localStorage.setItem('known', '1');
	else
		localStorage.removeItem('known');
}

interface Session {
	user: User | null;
}

/* Nobody, where somebody was: the login is renewed, and what the document
 * brought was for nobody. */
function renewedUser(): Promise<User | null> {
	forgetFirst();
	return renew();
}

const isOver = ({ user }: Session): boolean =>
	!user && localStorage.getItem('known') !== null;

async function findUser(session: Session): Promise<User | null> {
	return isOver(session) ? renewedUser() : session.user;
}

/* At once, if the document says it.  Nobody looks on as long as it cannot be
 * asked; that there is a login is remembered for the next page. */
export async function startSession(): Promise<void> {
	const first = takeFirst('session') as Session | undefined;
	if (first && !isOver(first))
		set(first.user);
	else
		await (first ? Promise.resolve(first) : get<Session>('session'))
			.then(findUser).then(set, () => { me.value = null; });
	setInterval(keep, 30 * 1000);
	document.addEventListener('visibilitychange', keep);
}

/* The access ends after 15 minutes: it is renewed while the page is seen. */
function keep(): void {
	if (!me.value || document.hidden || Date.now() - renewed < renewEvery)
		return;
	renewed = Date.now();
	/* What fails is tried again when a call needs it. */
	renew().catch(() => undefined);
}

export async function logIn(email: string, password: string): Promise<void> {
	const { user } = await api<{ user: User }>('POST', 'session',
		{ body: { email, password } });
	set(user);
	const next = waiting.value;
	waiting.value = null;
	next?.go();
}

export async function logOut(): Promise<void> {
	await api('DELETE', 'session');
	set(null);
}

/* What one changed of oneself. */
export function setMe(changed: Partial<User>): void {
	if (me.value)
		me.value = { ...me.value, ...changed };
}

/* Runs an action now if somebody is logged in, else after a login. */
export function needLogin(action: () => void): void {
	if (me.value)
		action();
	else
		waiting.value = { go: action, stop: () => undefined };
}

/* The reader does not log in. */
export function stopWaiting(): void {
	const ended = waiting.value;
	waiting.value = null;
	ended?.stop();
}

onLoginLost(() => new Promise((resolve) => {
	set(null);
	waiting.value = { go: () => resolve(true), stop: () => resolve(false) };
}));

const askBoards = (username: string): Promise<Board[]> =>
	getAll<Board>(`boards/?author__username=${
		encodeURIComponent(username)}&limit=200`);

export async function loadMyBoards(): Promise<Board[]> {
	if (!me.value)
		return [];
	if (myBoards.value)
		return myBoards.value;
	const { id, username } = me.value;
	const found = await askBoards(username);
	if (me.value?.id === id)
		myBoards.value ??= found;
	return myBoards.value ?? [];
}

export async function loadSharedBoards(): Promise<Board[]> {
	if (me.value && !sharedBoards.value)
		sharedBoards.value = await get<Board[]>('boards/shared');
	return sharedBoards.value ?? [];
}

/* Asks for both lists again, after many things changed. */
export async function reloadBoards(): Promise<void> {
	if (!me.value)
		return;
	const { id, username } = me.value;
	const [mine, shared] = await Promise.all([askBoards(username),
		get<Board[]>('boards/shared')]);
	if (me.value?.id !== id)
		return;
	myBoards.value = mine;
	sharedBoards.value = shared;
}

/* Where the reader may put pins: his own boards, then those of others. */
export function boardsToFill(): Board[] {
	return [...myBoards.value ?? [], ...(sharedBoards.value ?? [])
		.filter((board) => board.role !== 'viewer')];
}

export async function makeBoard(title: string, secret = false,
	content = ''): Promise<Board> {
	const others = await loadMyBoards();
	const board = await api<Board>('POST', 'boards/',
		{ body: { title, secret, content } });
	myBoards.value = [board, ...(myBoards.value ?? others)];
	return board;
}

/* Shown at once, taken back if the server refuses. */
export async function moveBoard(id: number, before: number | null):
	Promise<void> {
	const old = myBoards.value ?? await loadMyBoards();
	const moved = movedIn(old, id, before);
	myBoards.value = moved;
	try {
		await api('POST', `boards/${id}/move`, {
			body: before === null ? {} : { before },
		});
	} catch (e) {
		if (myBoards.value === moved)
			myBoards.value = old;
		throw e;
	}
}
