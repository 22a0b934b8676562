/* Boards that one is invited to: accepted or refused here. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, get } from '../core/api';
import { boardChanged } from '../core/boards';
import { me } from '../core/session';
import type { Invitation } from '../core/types';
import { t } from '../core/words';
import { Button } from './Button';
import { tellError } from './Toast';

export function Invitations() {
	const all = useSignal<Invitation[]>([]);
	useEffect(() => {
		get<Invitation[]>('boards/invitations').then((found) => {
			all.value = found;
		}, tellError);
	}, []);
	const done = (one: Invitation, call: Promise<unknown>) => {
		call.then(() => {
			all.value = all.value.filter((other) => other.id !== one.id);
			boardChanged();
		}).catch(tellError);
	};
	const name = encodeURIComponent(me.value?.username ?? '');
	if (all.value.length === 0)
		return null;
	return <ul class="invitations" aria-label={t('invitations')}>
		{all.value.map((one) => <li key={one.id} class="invitation">
			<p>{t('invitations.text', { board: one.title,
				name: one.invited_by ?? one.author,
				role: t(`role.${one.role}`) })}</p>
			<div class="buttons">
				<Button kind="primary" onClick={() => done(one, api('POST',
					`boards/${one.id}/accept`))}>{t('join.now')}</Button>
				<Button onClick={() => done(one, api('DELETE',
					`boards/${one.id}/members/${name}`))}>
					{t('invitations.refuse')}</Button>
			</div>
		</li>)}
	</ul>;
}
