/* What stands around every page: the rail at the side or the bar below. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import compass from 'icon:compass';
import house from 'icon:house';
import keyboard from 'icon:keyboard';
import logOutIcon from 'icon:log-out';
import plus from 'icon:plus';
import settings from 'icon:settings';
import userIcon from 'icon:user';
import { helping } from '../core/layers';
import { go, going, place } from '../core/router';
import { logOut, me } from '../core/session';
import { t } from '../core/words';
import { forgetFeeds } from '../grid/feed';
import { Avatar } from './Avatar';
import { Icon } from './Icon';
import { openMenu } from './Menu';
import { Offline } from './Offline';
import { tellError } from './Toast';

interface LinkProps {
	href: string;
	label: string;
	icon: [string, Record<string, string>][];
}

function RailLink({ href, label, icon }: LinkProps) {
	const now = place.value?.path === href;
	return <a class="rail-link" href={href} aria-label={label} title={label}
		aria-current={now ? 'page' : undefined}><Icon of={icon} /></a>;
}

async function leaveAccount(): Promise<void> {
	await logOut();
	forgetFeeds();
	go('/');
}

function openMine(anchor: HTMLElement, name: string): void {
	openMenu(anchor, [
		{ label: t('profile'), icon: userIcon,
			run: () => go(`/@${name}`) },
		{ label: t('settings'), icon: settings, run: () => go('/settings') },
		{ label: t('keys'), icon: keyboard,
			run: () => { helping.value = true; } },
		{ label: t('logout'), icon: logOutIcon,
			run: () => { leaveAccount().catch(tellError); } },
	]);
}

function Mine() {
	const user = me.value;
	if (user === undefined)
		return <span class="rail-link" />;
	if (!user)
		return <RailLink href="/login" label={t('login')} icon={userIcon} />;
	return <button type="button" class="rail-link" aria-haspopup="menu"
		aria-label={t('account')} title={user.username}
		onClick={(e) => openMine(e.currentTarget, user.username)}>
		<Avatar name={user.username} size={32} picture={user.avatar} />
	</button>;
}

export function Frame({ children }: { children: ComponentChildren }) {
	const bar = useRef<HTMLElement>(null);
	useHiding(bar);
	return <>
		<a class="skip" href="#main">{t('skip')}</a>
		<nav class="rail" ref={bar} aria-label={t('nav')}>
			<a class="logo" href="/" aria-label="Pinwall">
				<img src="/icon.svg" width={32} height={32} alt="" /></a>
			<RailLink href="/" label={t('home')} icon={house} />
			<RailLink href="/explore" label={t('explore')} icon={compass} />
			<RailLink href="/create" label={t('create')} icon={plus} />
			<span class="rail-gap" />
			<Mine />
		</nav>
		<Offline />
		<main id="main" tabIndex={-1} aria-busy={going.value}>{children}</main>
	</>;
}

/* On a phone the bar goes away while one scrolls down. */
function useHiding(bar: { current: HTMLElement | null }): void {
	useEffect(() => {
		let was = scrollY;
		const look = () => {
			if (Math.abs(scrollY - was) < 12)
				return;
			const away = scrollY > was && scrollY > 120;
			bar.current?.toggleAttribute('data-away', away);
			was = scrollY;
		};
		addEventListener('scroll', look, { passive: true });
		return () => removeEventListener('scroll', look);
	}, []);
}
