/* Who keeps a board: its owner, members, who is invited; inviting by name. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, get } from '../core/api';
import { boardChanged, isMine, mayEdit } from '../core/boards';
import { membersOf } from '../core/layers';
import { go, place } from '../core/router';
import { me } from '../core/session';
import type { Board, Member, Role } from '../core/types';
import { t } from '../core/words';
import { Avatar } from './Avatar';
import { Button } from './Button';
import { Dialog } from './Dialog';
import { Field } from './Field';
import { Form } from './Form';
import { InviteLink } from './InviteLink';
import { RoleSelect } from './RoleSelect';
import { tell, tellError } from './Toast';

const close = (): void => { membersOf.value = null; };

export default function Members() {
	const board = membersOf.value;
	const members = useSignal<Member[] | null>(null);
	const path = `boards/${board?.id}/members`;
	const load = async () => {
		members.value = await get<Member[]>(path);
	};
	useEffect(() => { load().catch(tellError); }, []);
	if (!board)
		return null;
	const changed = async () => {
		boardChanged();
		await load();
	};
	const drop = async (one: Member) => {
		await api('DELETE', `${path}/${encodeURIComponent(one.username)}`);
		if (one.username !== me.value?.username)
			return changed();
		close();
		boardChanged();
		tell(t('board.left', { board: board.title }));
		if (place.value?.path === `/board/${board.id}` && board.secret)
			go(`/@${me.value.username}`, true);
		return undefined;
	};
	const change = (one: Member, role: Role) => api('PATCH',
		`${path}/${encodeURIComponent(one.username)}`, { body: { role } })
		.then(changed);
	return <Dialog title={t('members')} onClose={close}>
		<ul class="members" aria-busy={!members.value}>
			<li><a href={`/@${board.author}`} onClick={close}>
				<Avatar name={board.author} size={40} />
				<span>{board.author}</span></a>
				<span class="soft">{t('role.owner')}</span></li>
			{members.value?.map((one) => <Row key={one.id} board={board}
				one={one} drop={() => { drop(one).catch(tellError); }}
				change={(role) => {
					change(one, role).catch(tellError);
				}} />)}
		</ul>
		{mayEdit(board) && <>
			<Invite board={board} path={path} then={changed} />
			<InviteLink board={board} />
		</>}
	</Dialog>;
}

interface RowProps {
	board: Board;
	one: Member;
	drop: () => void;
	change: (role: Role) => void;
}

function Row({ board, one, drop, change }: RowProps) {
	const self = one.username === me.value?.username;
	return <li>
		<a href={`/@${one.username}`} onClick={close}>
			<Avatar name={one.username} size={40} picture={one.avatar} />
			<span>{one.username}{one.accepted === false &&
				<small>{t('members.invited')}</small>}</span></a>
		<span class="member-tools">
			{isMine(board)
				? <RoleSelect label={t('role.of', { name: one.username })}
					value={one.role} onChange={change} />
				: <span class="soft">{t(`role.${one.role}`)}</span>}
			{(isMine(board) || self) && <Button kind="quiet" onClick={drop}
				aria-label={self ? t('board.leave')
					: t('members.remove', { name: one.username })}>
				{t(self ? 'board.leave' : 'remove')}</Button>}
		</span>
	</li>;
}

function Invite({ board, path, then }:
	{ board: Board; path: string; then: () => Promise<void> }) {
	const role = useSignal<Role>('adder');
	const turn = useSignal(0);
	return <Form key={turn.value} button={t('members.invite')}
		send={async ({ username = '' }) => {
			await api('POST', path, { body: { username: username
				.replace(/^@/, ''), role: role.value } });
			tell(t('members.invited.now', { name: username }));
			turn.value++;
			await then();
		}}>
		{(errors) => <div class="invite">
			<Field name="username" label={t('members.name')} required
				maxLength={21} autocomplete="off"
				errors={errors['username']} />
			<RoleSelect label={t('role')} value={role.value}
				editor={isMine(board)}
				onChange={(one) => { role.value = one; }} />
		</div>}
	</Form>;
}
