/* What stands around every page: the rail at the side or the bar below. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import braces from 'icon:braces';
import compass from 'icon:compass';
import dots from 'icon:ellipsis';
import gauge from 'icon:gauge';
import house from 'icon:house';
import keyboard from 'icon:keyboard';
import languages from 'icon:languages';
import logOutIcon from 'icon:log-out';
import moon from 'icon:moon';
import plus from 'icon:plus';
import settings from 'icon:settings';
import shield from 'icon:shield';
import shirt from 'icon:shirt';
import sun from 'icon:sun';
import trash from 'icon:trash-2';
import userIcon from 'icon:user';
import { helping } from '../core/layers';
import { go, going, place } from '../core/router';
import { logOut, me } from '../core/session';
import { chooseTheme, isDark } from '../core/theme';
import type { User } from '../core/types';
import { chooseLanguage, language, t } from '../core/words';
import { forgetFeeds } from '../grid/feed';
import { Avatar } from './Avatar';
import { Bell } from './Bell';
import { Icon } from './Icon';
import { type MenuItem, openMenu } from './Menu';
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

/* What anybody may ask about the site. */
const aboutSite = (): MenuItem[] => [
	{ label: t('keys'), icon: keyboard,
		run: () => { helping.value = true; } },
	{ label: t('speed'), icon: gauge, run: () => go('/about/speed') },
	{ label: t('api.docs'), icon: braces, href: '/redoc' },
];

/* Who has no account has no settings: language and look are chosen here. */
function openSite(anchor: HTMLElement): void {
	const dark = isDark();
	openMenu(anchor, [
		{ label: t('language.other'), icon: languages,
			run: () => chooseLanguage(language === 'ko' ? 'en' : 'ko') },
		{ label: t(dark ? 'theme.light' : 'theme.dark'),
			icon: dark ? sun : moon,
			run: () => chooseTheme(dark ? 'light' : 'dark') },
		...aboutSite(),
	]);
}

function openMine(anchor: HTMLElement, { username: name, is_staff }: User):
	void {
	openMenu(anchor, [
		{ label: t('profile'), icon: userIcon,
			run: () => go(`/@${name}`) },
		{ label: t('settings'), icon: settings, run: () => go('/settings') },
		{ label: t('trash'), icon: trash, run: () => go('/trash') },
		...is_staff ? [{ label: t('staff'), icon: shield,
			run: () => go('/staff/reports') }] : [],
		...aboutSite(),
		{ label: t('logout'), icon: logOutIcon,
			run: () => { leaveAccount().catch(tellError); } },
	]);
}

function Mine() {
	const user = me.value;
	/* As many places as there will be: the bell's, or another link's, too. */
	if (user === undefined)
		return <>
			<span class="rail-link" />
			<span class="rail-link" />
		</>;
	if (!user)
		return <>
			<RailLink href="/login" label={t('login')} icon={userIcon} />
			<button type="button" class="rail-link" aria-haspopup="menu"
				aria-label={t('more')} title={t('more')}
				onClick={(e) => openSite(e.currentTarget)}>
				<Icon of={dots} /></button>
		</>;
	return <button type="button" class="rail-link" aria-haspopup="menu"
		aria-label={t('account')} title={user.username}
		onClick={(e) => openMine(e.currentTarget, user)}>
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
			<RailLink href="/style" label={t('style')} icon={shirt} />
			<RailLink href="/create" label={t('create')} icon={plus} />
			{me.value && <Bell />}
			<span class="rail-gap" />
			<Mine />
		</nav>
		<Offline />
		<main id="main" tabIndex={-1}
			aria-busy={going.value || me.value === undefined}>{children}</main>
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
