/* The menu of somebody's profile. */
import ban from 'icon:ban';
import copy from 'icon:copy';
import dots from 'icon:ellipsis';
import quiet from 'icon:volume-x';
import { api, get, type Page } from '../core/api';
import { me } from '../core/session';
import { t } from '../core/words';
import { forgetFeeds } from '../grid/feed';
import { IconButton } from './Button';
import { blockPerson, mutePerson } from './hiding';
import { reportOf } from './keepAway';
import { type MenuItem, openMenu } from './Menu';
import { tell, tellError } from './Toast';

interface Mute {
	id: number;
	username: string | null;
}

async function copyAddress(name: string): Promise<void> {
	await navigator.clipboard.writeText(
		`${location.origin}/@${encodeURIComponent(name)}`);
	tell(t('copied'));
}

async function unmute(name: string, id: number): Promise<void> {
	await api('DELETE', `mutes/${id}`);
	forgetFeeds();
	tell(t('unmute.done', { name }), { label: t('undo'),
		run: () => { void mutePerson(name); } });
}

/* Whether one mutes them is asked for when the menu is. */
async function itemsOf(name: string): Promise<MenuItem[]> {
	const link = { label: t('copy.link'), icon: copy,
		run: () => { copyAddress(name).catch(tellError); } };
	const report = reportOf({ username: name });
	if (!me.value)
		return [link, report];
	const { results } = await get<Page<Mute>>('mutes?limit=200');
	const muted = results.find((one) => one.username === name);
	return [link, muted
		? { label: t('unmute.person', { name }), icon: quiet,
			run: () => { unmute(name, muted.id).catch(tellError); } }
		: { label: t('mute.person', { name }), icon: quiet,
			run: () => { void mutePerson(name); } },
	{ label: t('block.person', { name }), icon: ban, danger: true,
		run: () => { void blockPerson(name); } }, report];
}

export function ProfileMenu({ name }: { name: string }) {
	const open = (at: HTMLElement) => {
		itemsOf(name).then((items) => openMenu(at, items), tellError);
	};
	return <IconButton icon={dots} label={t('profile.more', { name })}
		aria-haspopup="menu"
		onClick={(e) => open(e.currentTarget as HTMLElement)} />;
}
