/*
 * What one does not want to see, or have, any more: gone at once, and back by
 * Undo.  If the server refuses, it is back as well.
 */
import { api } from '../core/api';
import { isItsPage, pageOf } from '../core/cards';
import { unmark } from '../core/marks';
import { go, place } from '../core/router';
import { countGone } from '../core/saves';
import type { Pin, Tag } from '../core/types';
import { t } from '../core/words';
import { takeOut } from '../grid/feed';
import { tell, tellError } from './Toast';

interface Muted {
	id: number;
}

interface Step {
	which: (pin: Pin) => boolean;
	/* Answers with what takes it back. */
	act: () => Promise<() => Promise<unknown>>;
	done: string;
	/* What else goes with it; it answers with what brings it back. */
	also?: (() => () => void) | undefined;
}

async function away({ which, act, done, also }: Step): Promise<void> {
	const each = [takeOut(which), also?.()];
	const putBack = () => each.forEach((one) => one?.());
	try {
		const back = await act();
		tell(done, { label: t('undo'), run: () => {
			back().then(putBack, tellError);
		} });
	} catch (e) {
		putBack();
		tellError(e);
	}
}

async function mute(body: Record<string, unknown>):
	Promise<() => Promise<unknown>> {
	const { id } = await api<Muted>('POST', 'mutes', { body });
	return () => api('DELETE', `mutes/${id}`);
}

/* A page of what is gone has nothing to show any more. */
function leave(isGone: (path: string) => boolean): void {
	if (isGone(place.value?.path ?? ''))
		go('/', true);
}

export function hidePin(pin: Pin): Promise<void> {
	return away({ which: (one) => one.id === pin.id,
		act: () => mute({ item: pin.id }),
		done: t(pin.post ? 'hide.post.done' : 'hide.pin.done') });
}

export function muteTag(tag: Tag): Promise<void> {
	return away({
		which: (one) => one.tag_set.some((other) => other.id === tag.id),
		act: () => mute({ tag: tag.id }),
		done: t('mute.tag.done', { name: tag.tag_name }) });
}

export function mutePerson(name: string, also?: Step['also']):
	Promise<void> {
	return away({ which: (one) => one.author === name, also,
		act: () => mute({ person: name }),
		done: t('mute.person.done', { name }) });
}

/* of: what is theirs on the page that one is on. */
export function blockPerson(name: string, of?: Pin, also?: Step['also']):
	Promise<void> {
	const person = `users/${encodeURIComponent(name)}`;
	const path = `${person}/block`;
	return away({ which: (one) => one.author === name, also,
		act: async () => {
			await api('PUT', path);
			unmark(`${person}/follow`);
			leave((now) => (of !== undefined && isItsPage(of, now)) ||
				decodeURI(now).split('/')[1] === `@${name}`);
			return () => api('DELETE', path);
		}, done: t('block.person.done', { name }) });
}

export function removePin(pin: Pin): Promise<void> {
	const path = `${pin.post ? 'styles/posts' : 'pins'}/${pin.id}`;
	return away({ which: (one) => one.id === pin.id, act: async () => {
		await api('DELETE', path);
		const countBack = countGone(pin);
		leave((now) => isItsPage(pin, now));
		return async () => {
			await api('POST', `items/${pin.id}/restore`);
			countBack();
		};
	}, done: t(pin.post ? 'style.deleted' : 'pin.deleted') });
}

export const addressOf = (pin: Pin): string =>
	location.origin + pageOf(pin);
