/* The menu of a pin: what everybody may do, and what its owner may. */
import copy from 'icon:copy';
import download from 'icon:download';
import dots from 'icon:ellipsis';
import link from 'icon:external-link';
import pencil from 'icon:pencil';
import share from 'icon:share-2';
import trash from 'icon:trash-2';
import { api } from '../core/api';
import { original, plainTitle } from '../core/images';
import { asking } from '../core/layers';
import { go, place } from '../core/router';
import { countGone } from '../core/saves';
import { me } from '../core/session';
import type { Pin } from '../core/types';
import { t } from '../core/words';
import { forgetPin } from '../grid/feed';
import { IconButton } from './Button';
import { type MenuItem, openMenu } from './Menu';
import { tell, tellError } from './Toast';

const addressOf = (pin: Pin): string => `${location.origin}/pin/${pin.id}`;

export async function sharePin(pin: Pin): Promise<void> {
	const data = { title: plainTitle(pin.title), url: addressOf(pin) };
	if (navigator.canShare?.(data))
		await navigator.share(data).catch(() => undefined);
	else
		await copyLink(pin);
}

async function copyLink(pin: Pin): Promise<void> {
	await navigator.clipboard.writeText(addressOf(pin));
	tell(t('copied'));
}

async function remove(pin: Pin): Promise<void> {
	await api('DELETE', `pins/${pin.id}`);
	forgetPin(pin.id);
	countGone(pin);
	tell(t('pin.deleted'));
	if (place.value?.path.startsWith(`/pin/${pin.id}`))
		go('/', true);
}

function itemsOf(pin: Pin): MenuItem[] {
	const file = original(pin);
	const items: MenuItem[] = [
		{ label: t('share'), icon: share,
			run: () => { sharePin(pin).catch(tellError); } },
		{ label: t('copy.link'), icon: copy,
			run: () => { copyLink(pin).catch(tellError); } },
		{ label: t('download'), icon: download, href: file,
			download: file.split('/').at(-1) ?? 'pin' },
	];
	if (pin.image_url)
		items.push({ label: t('pin.source'), icon: link, run: () => {
			open(pin.image_url, '_blank', 'noopener,noreferrer');
		} });
	if (me.value?.username === pin.author)
		items.push({ label: t('edit'), icon: pencil,
			run: () => go(`/pin/${pin.id}/edit`) },
		{ label: t('delete'), icon: trash, danger: true,
			run: () => askRemove(pin) });
	return items;
}

export function askRemove(pin: Pin): void {
	asking.value = {
		title: t('pin.delete.title'), text: t('pin.delete.text'),
		button: t('delete'), run: () => remove(pin),
	};
}

export function PinMenu({ pin }: { pin: Pin }) {
	return <IconButton icon={dots} label={t('more')} aria-haspopup="menu"
		onClick={(e) => openMenu(e.currentTarget as HTMLElement,
			itemsOf(pin))} />;
}
