/* The dialogs that any page may open; Layers.tsx shows them. */
import { signal } from '@preact/signals';
import type { Board, Pin } from './types';

/* The pin whose boards are chosen. */
export const picking = signal<Pin | null>(null);
/* A board that is renamed or deleted; 'new': one that is made. */
export const editingBoard = signal<Board | 'new' | null>(null);
/* The keys are explained. */
export const helping = signal(false);
/* A question before something that cannot be undone. */
export interface Question {
	title: string;
	text: string;
	button: string;
	run: () => Promise<unknown>;
}
export const asking = signal<Question | null>(null);
