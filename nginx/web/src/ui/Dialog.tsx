/*
 * A dialog over the page; a sheet from below on a phone.  The browser's own:
 * it keeps the focus inside, closes on Esc and gives the focus back.
 */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import closeIcon from 'icon:x';
import { t } from '../core/words';
import { IconButton } from './Button';
import { useSwipe } from './useSwipe';

interface Props {
	title: string;
	onClose: () => void;
	children: ComponentChildren;
	wide?: boolean;
}

export function Dialog({ title, onClose, children, wide = false }: Props) {
	const dialog = useRef<HTMLDialogElement>(null);
	useEffect(() => {
		const back = document.activeElement;
		const shown = dialog.current;
		shown?.showModal();
		return () => {
			/* What is below an open dialog cannot have the focus. */
			shown?.close();
			if (back instanceof HTMLElement)
				back.focus({ preventScroll: true });
		};
	}, []);
	useSwipe(dialog, onClose);
	return <dialog ref={dialog} class={`dialog${wide ? ' wide' : ''}`}
		aria-label={title}
		onCancel={(e) => { e.preventDefault(); onClose(); }}
		onPointerDown={(e) => { e.target === dialog.current && onClose(); }}>
		<div class="dialog-inside">
			<header class="dialog-head">
				<h2>{title}</h2>
				<IconButton icon={closeIcon} label={t('close')}
					onClick={onClose} />
			</header>
			{children}
		</div>
	</dialog>;
}
