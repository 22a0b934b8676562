/* The dialogs that any page may open; Layers.tsx shows them. */
import { signal } from '@preact/signals';
import type { Board, Pin } from './types';

/* The pin whose boards are chosen. */
export const picking = signal<Pin | null>(null);
/* A board that is renamed or deleted; 'new': one that is made. */
export const editingBoard = signal<Board | 'new' | null>(null);
/* A board that is deleted, and what becomes of its pins. */
export const deletingBoard = signal<Board | null>(null);
/* A board whose members are shown. */
export const membersOf = signal<Board | null>(null);
/* A board is chosen for something. */
export interface Choice {
	title: string;
	without: number;
	run: (board: Board) => Promise<unknown>;
}
export const choosingBoard = signal<Choice | null>(null);
/* One line is asked for. */
export interface Line {
	title: string;
	label: string;
	button: string;
	value: string;
	run: (text: string) => Promise<unknown>;
}
export const askingLine = signal<Line | null>(null);
/* What is reported to the staff. */
export type Reported = { item: number } | { board: number } |
	{ username: string };
export const reporting = signal<Reported | null>(null);
/* The keys are explained. */
export const helping = signal(false);
/* The item whose likers are shown. */
export const likers = signal<number | null>(null);
/* A question before something that cannot be undone. */
export interface Question {
	title: string;
	text: string;
	button: string;
	run: () => Promise<unknown>;
}
export const asking = signal<Question | null>(null);
