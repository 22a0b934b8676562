/* What is somebody else's can be kept out of one's sight, and reported: for
 * menus. */
import ban from 'icon:ban';
import eyeOff from 'icon:eye-off';
import flag from 'icon:flag';
import hash from 'icon:hash';
import quiet from 'icon:volume-x';
import { type Reported, reporting } from '../core/layers';
import { needLogin } from '../core/session';
import type { Pin } from '../core/types';
import { t } from '../core/words';
import { blockPerson, hidePin, mutePerson, muteTag } from './hiding';
import type { MenuItem } from './Menu';

/* A menu names no more of them. */
const mostTags = 3;

export function keepAway(pin: Pin): MenuItem[] {
	return [
		{ label: t(pin.post ? 'hide.post' : 'hide.pin'), icon: eyeOff,
			run: () => { void hidePin(pin); } },
		...pin.tag_set.slice(0, mostTags).map((tag) => ({
			label: t('mute.tag', { name: tag.tag_name }), icon: hash,
			run: () => { void muteTag(tag); } })),
		...keepPersonAway(pin.author, pin),
	];
}

export function reportOf(what: Reported): MenuItem {
	return { label: t('report'), icon: flag,
		run: () => needLogin(() => { reporting.value = what; }) };
}

/* also: takes out what else is theirs, and answers with what brings it back. */
export function keepPersonAway(name: string, of?: Pin,
	also?: () => () => void): MenuItem[] {
	return [
		{ label: t('mute.person', { name }), icon: quiet,
			run: () => { void mutePerson(name, also); } },
		{ label: t('block.person', { name }), icon: ban, danger: true,
			run: () => { void blockPerson(name, of, also); } },
	];
}
