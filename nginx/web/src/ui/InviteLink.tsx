/* Links by which others become members of a board: made, copied, ended. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, get } from '../core/api';
import { isMine } from '../core/boards';
import { me } from '../core/session';
import type { Board, Role } from '../core/types';
import { t } from '../core/words';
import { Button } from './Button';
import { RoleSelect } from './RoleSelect';
import { tell, tellError } from './Toast';

interface Link {
	id: number;
	role: Role;
	made_by: string;
	expires_at: string;
}

export function InviteLink({ board }: { board: Board }) {
	const path = `boards/${board.id}/links`;
	const role = useSignal<Role>('adder');
	const links = useSignal<Link[]>([]);
	const made = useSignal('');
	const load = async () => { links.value = await get<Link[]>(path); };
	useEffect(() => { load().catch(tellError); }, []);
	const make = async () => {
		const { token } = await api<{ token: string }>('POST', path,
			{ body: { role: role.value } });
		made.value = `${location.origin}/join/${token}`;
		await navigator.clipboard?.writeText(made.value).then(
			() => tell(t('copied')), () => undefined);
		await load();
	};
	const end = async (link: Link) => {
		await api('DELETE', `${path}/${link.id}`);
		made.value = '';
		await load();
	};
	return <section class="invite-link" aria-label={t('link')}>
		<h3>{t('link')}</h3>
		<p class="field-hint">{t('link.hint')}</p>
		<div class="invite">
			<RoleSelect label={t('link.role')} value={role.value}
				editor={isMine(board)}
				onChange={(one) => { role.value = one; }} />
			<Button onClick={() => { make().catch(tellError); }}>
				{t('link.make')}</Button>
		</div>
		{made.value && <input class="input" readOnly value={made.value}
			aria-label={t('link')}
			onFocus={(e) => e.currentTarget.select()} />}
		<ul class="members">{links.value.map((link) => <li key={link.id}>
			<span>{t(`role.${link.role}`)} · {link.made_by}<small>
				{t('link.until', { when: new Date(link.expires_at)
					.toLocaleDateString(document.documentElement.lang) })}
			</small></span>
			{(isMine(board) || link.made_by === me.value?.username) &&
				<Button kind="quiet" onClick={() => {
					end(link).catch(tellError);
				}}>{t('link.end')}</Button>}
		</li>)}</ul>
	</section>;
}
