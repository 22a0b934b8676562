/* The boards of a person; one's own are moved by hand. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import layers from 'icon:layout-grid';
import { getArray } from '../core/api';
import { editingBoard } from '../core/layers';
import { loadMyBoards, me, moveBoard, myBoards } from '../core/session';
import type { Board, User } from '../core/types';
import { t } from '../core/words';
import { BoardCard } from './BoardCard';
import { Button } from './Button';
import { Sortable } from './Sortable';
import { EmptyState } from './State';
import { tellError } from './Toast';

/* As many as come with a person. */
const atFirst = 100;

export function Boards({ user }: { user: User }) {
	return me.value?.username === user.username ? <Own user={user} />
		: <Others key={user.id} user={user} />;
}

function Own({ user }: { user: User }) {
	useEffect(() => { loadMyBoards().catch(tellError); }, []);
	const boards = myBoards.value ?? user.boards;
	const make = <Button kind="primary"
		onClick={() => { editingBoard.value = 'new'; }}>
		{t('board.make')}</Button>;
	if (boards.length === 0)
		return <EmptyState icon={layers} title={t('boards.first')}>
			{make}</EmptyState>;
	return <>
		<div class="buttons boards-make">{make}</div>
		<Sortable items={boards} className="boards" label={t('tab.boards')}
			move={moveBoard}>
			{(board) => <BoardCard board={board} />}
		</Sortable>
	</>;
}

function Others({ user }: { user: User }) {
	const boards = useSignal<Board[]>(user.boards);
	const start = `boards/?author__username=${
		encodeURIComponent(user.username)}&limit=200`;
	const next = useSignal(user.boards.length < atFirst ? null : start);
	const more = async (path: string) => {
		const page = await getArray<Board>(path);
		boards.value = path === start ? page.results
			: [...boards.value, ...page.results];
		next.value = page.next;
	};
	if (boards.value.length === 0)
		return <EmptyState icon={layers} title={t('boards.none')} />;
	return <>
		<ul class="boards">{boards.value.map((board) =>
			<li key={board.id}><BoardCard board={board} /></li>)}</ul>
		{next.value && <div class="buttons">
			<Button onClick={() => { more(next.value ?? start)
				.catch(tellError); }}>{t('show.more')}</Button></div>}
	</>;
}
