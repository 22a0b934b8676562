/*
 * The menu: one at a time, beside the button that opened it.  Arrows, Home
 * and End move, Esc and a press outside close, the focus goes back.  It goes
 * when its button moves; a scroll that was before it is told only now.
 */
import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from './Icon';

export interface MenuItem {
	label: string;
	icon?: [string, Record<string, string>][];
	href?: string;
	download?: string;
	danger?: boolean;
	run?: () => void;
}

interface Open {
	anchor: HTMLElement;
	items: MenuItem[];
}

const open = signal<Open | null>(null);

export function openMenu(anchor: HTMLElement, items: MenuItem[]): void {
	const same = open.value?.anchor === anchor;
	open.value = same ? null : { anchor, items };
	anchor.setAttribute('aria-expanded', String(!same));
}

export function closeMenu(focus: boolean): void {
	const anchor = open.value?.anchor;
	open.value = null;
	anchor?.setAttribute('aria-expanded', 'false');
	if (focus)
		anchor?.focus({ preventScroll: true });
}

export function MenuHost() {
	return open.value && <Menu key={open.value.anchor} {...open.value} />;
}

function Menu({ anchor, items }: Open) {
	const list = useRef<HTMLDivElement>(null);
	useLayoutEffect(() => {
		const was = anchor.getBoundingClientRect();
		stand(list.current, was);
		list.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
		const away = (e: Event) => {
			if (e.target instanceof Node && !list.current?.contains(e.target) &&
				!anchor.contains(e.target))
				closeMenu(false);
		};
		const moved = () => {
			const now = anchor.getBoundingClientRect();
			if (Math.abs(now.top - was.top) + Math.abs(now.left - was.left) > 1)
				closeMenu(false);
		};
		addEventListener('pointerdown', away, true);
		addEventListener('scroll', moved, { capture: true, passive: true });
		return () => {
			removeEventListener('pointerdown', away, true);
			removeEventListener('scroll', moved, true);
		};
	}, [anchor]);
	const choose = (item: MenuItem) => {
		closeMenu(true);
		item.run?.();
	};
	return <div ref={list} class="menu" role="menu" onKeyDown={onKey}>
		{items.map((item) => item.href
			? <a role="menuitem" href={item.href} download={item.download}
				tabIndex={-1} onClick={() => choose(item)}>
				{item.icon && <Icon of={item.icon} size={20} />}{item.label}</a>
			: <button type="button" role="menuitem" tabIndex={-1}
				class={item.danger ? 'danger' : ''}
				onClick={() => choose(item)}>
				{item.icon && <Icon of={item.icon} size={20} />}{item.label}
			</button>)}
	</div>;
}

/* Below the button, or above it where there is more room. */
function stand(menu: HTMLElement | null, at: DOMRect): void {
	if (!menu)
		return;
	const { offsetWidth: width, offsetHeight: height } = menu;
	const left = Math.min(Math.max(8, at.right - width),
		innerWidth - width - 8);
	const below = at.bottom + 6 + height <= innerHeight - 8;
	const top = below ? at.bottom + 6 : Math.max(8, at.top - 6 - height);
	menu.style.left = `${left}px`;
	menu.style.top = `${top}px`;
}

const moves: Record<string, (i: number, n: number) => number> = {
	ArrowDown: (i, n) => (i + 1) % n,
	ArrowUp: (i, n) => (i + n - 1) % n,
	Home: () => 0,
	End: (_, n) => n - 1,
};

function onKey(e: KeyboardEvent): void {
	if (e.key === 'Escape' || e.key === 'Tab') {
		e.preventDefault();
		e.stopPropagation();
		closeMenu(true);
		return;
	}
	const move = moves[e.key];
	const list = e.currentTarget as HTMLElement;
	if (!move)
		return;
	e.preventDefault();
	const all = [...list.querySelectorAll<HTMLElement>('[role=menuitem]')];
	const i = all.indexOf(document.activeElement as HTMLElement);
	all[move(i, all.length)]?.focus();
}
