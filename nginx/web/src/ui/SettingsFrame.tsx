/* What stands around every page of the settings: their list, and its title. */
import type { ComponentChildren } from 'preact';
import { place } from '../core/router';
import { me } from '../core/session';
import { useTitle } from '../core/title';
import { t } from '../core/words';
import { LoginFirst } from './LoginFirst';

const pages = [
	['/settings', 'profile'],
	['/settings/account', 'account'],
	['/settings/security', 'security'],
	['/settings/privacy', 'privacy'],
	['/settings/muted', 'muted'],
	['/settings/notifications', 'notices'],
	['/trash', 'trash'],
] as const;

interface Props {
	title: string;
	/* For who is logged in alone. */
	children: ComponentChildren;
	/* For everybody. */
	before?: ComponentChildren;
}

export function SettingsFrame({ title, children, before }: Props) {
	useTitle(title);
	return <div class="settings-page">
		{me.value && <List />}
		<div class="narrow settings">
			<h1>{title}</h1>
			{before}
			{me.value ? children : <LoginFirst />}
		</div>
	</div>;
}

function List() {
	const now = place.value?.path.replace(/\/$/, '');
	return <nav class="settings-list" aria-label={t('settings')}>
		{pages.map(([href, name]) => <a key={href} href={href}
			aria-current={now === href ? 'page' : undefined}>{t(name)}</a>)}
	</nav>;
}
