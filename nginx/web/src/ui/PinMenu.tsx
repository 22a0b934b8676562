/* The menu of a pin: what everybody may do, and what its owner may. */
import bookmark from 'icon:bookmark';
import copy from 'icon:copy';
import download from 'icon:download';
import dots from 'icon:ellipsis';
import link from 'icon:external-link';
import pencil from 'icon:pencil';
import share from 'icon:share-2';
import trash from 'icon:trash-2';
import { pageOf } from '../core/cards';
import { original, plainTitle } from '../core/images';
import { go } from '../core/router';
import { me } from '../core/session';
import type { Pin } from '../core/types';
import { t } from '../core/words';
import { lastBoardNow } from '../core/saves';
import { IconButton } from './Button';
import { addressOf, removePin } from './hiding';
import { keepAway, reportOf } from './keepAway';
import { type MenuItem, openMenu } from './Menu';
import { pickBoard, savePin } from './SaveButton';
import { tell, tellError } from './Toast';

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

/* What a pointer finds on the card itself. */
function savesOf(pin: Pin): MenuItem[] {
	if (pin.post || !matchMedia('(hover: none)').matches)
		return [];
	const last = lastBoardNow();
	const items: MenuItem[] = [{ label: t('save.to'), icon: bookmark,
		run: () => pickBoard(pin) }];
	if (last)
		items.unshift({ label: t('save.into', { board: last.title }),
			icon: bookmark, run: () => savePin(pin) });
	return items;
}

function itemsOf(pin: Pin): MenuItem[] {
	const file = original(pin);
	const items: MenuItem[] = [
		...savesOf(pin),
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
			run: () => go(`${pageOf(pin)}/edit`) },
		{ label: t('delete'), icon: trash, danger: true,
			run: () => { void removePin(pin); } });
	else
		items.push(...me.value ? keepAway(pin) : [],
			reportOf({ item: pin.id }));
	return items;
}

/* The menu, beside whatever asked for it. */
export function openPinMenu(anchor: HTMLElement, pin: Pin): void {
	openMenu(anchor, itemsOf(pin));
}

export function PinMenu({ pin }: { pin: Pin }) {
	return <IconButton icon={dots} label={t('more')} aria-haspopup="menu"
		onClick={(e) => openPinMenu(e.currentTarget as HTMLElement, pin)} />;
}

export function ShareButton({ pin }: { pin: Pin }) {
	return <IconButton icon={share} label={t('share')} class="share"
		onClick={() => { sharePin(pin).catch(tellError); }} />;
}
