/*
 * Short news at the edge: done (status) and failed (alert), never the only
 * record of it.  They wait while the pointer or the focus is on them.
 */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { asApiError, isAbort } from '../core/api';

interface Action {
	label: string;
	href?: string;
	run?: () => void;
}

interface Toast {
	id: number;
	text: string;
	bad: boolean;
	action?: Action;
}

const toasts = signal<Toast[]>([]);
let number = 0;

export function tell(text: string, action?: Action, bad = false): void {
	const toast: Toast = { id: ++number, text, bad };
	if (action)
		toast.action = action;
	toasts.value = [...toasts.value.filter((one) => one.text !== text),
		toast].slice(-3);
}

/* What failed, in the words of the error. */
export function tellError(e: unknown): void {
	if (!isAbort(e))
		tell(asApiError(e).message, undefined, true);
}

function drop(id: number): void {
	toasts.value = toasts.value.filter((one) => one.id !== id);
}

export function ToastHost() {
	const of = (bad: boolean) => toasts.value
		.filter((one) => one.bad === bad)
		.map((one) => <ToastRow key={one.id} toast={one} />);
	return <div class="toasts">
		<div role="status">{of(false)}</div>
		<div role="alert">{of(true)}</div>
	</div>;
}

function ToastRow({ toast }: { toast: Toast }) {
	const timer = useRef(0);
	const start = () => {
		timer.current = window.setTimeout(() => drop(toast.id),
			toast.action ? 10000 : 5000);
	};
	const stop = () => clearTimeout(timer.current);
	useEffect(() => { start(); return stop; }, []);
	const { action } = toast;
	const act = () => { drop(toast.id); action?.run?.(); };
	return <div class={`toast${toast.bad ? ' bad' : ''}`} onMouseEnter={stop}
		onMouseLeave={start} onFocusIn={stop} onFocusOut={start}>
		<span>{toast.text}</span>
		{action?.href ? <a href={action.href} onClick={act}>{action.label}</a>
			: action && <button type="button" onClick={act}>
				{action.label}</button>}
	</div>;
}
