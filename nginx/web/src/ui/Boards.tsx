/* The boards of a person; one's own are moved by hand. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import layers from 'icon:layout-grid';
import { getArray } from '../core/api';
import { editingBoard } from '../core/layers';
import { useLoad } from '../core/load';
import { loadMyBoards, loadSharedBoards, me, moveBoard, myBoards,
	sharedBoards } from '../core/session';
import type { Board } from '../core/types';
import { t } from '../core/words';
import { BoardCard } from './BoardCard';
import { Button } from './Button';
import { Invitations } from './Invitations';
import { Sortable } from './Sortable';
import { EmptyState, ErrorState } from './State';
import { tellError } from './Toast';

/* As many as a page has at once. */
const atFirst = 100;

const pathOf = (name: string, limit: number): string =>
	`boards/?author__username=${encodeURIComponent(name)}&limit=${limit}`;

export function Boards({ name }: { name: string }) {
	const { data, error, again } = useLoad<Board[]>(pathOf(name, atFirst));
	if (error.value && !data.value)
		return <ErrorState error={error.value} again={again} />;
	if (!data.value)
		return <p class="boards" aria-busy="true" />;
	return me.value?.username === name ? <Own first={data.value} />
		: <Others key={name} name={name} first={data.value} />;
}

function Own({ first }: { first: Board[] }) {
	useEffect(() => {
		loadMyBoards().then(loadSharedBoards).catch(tellError);
	}, []);
	return <>
		<Invitations />
		<Kept first={first} />
		{!!sharedBoards.value?.length && <>
			<h2 class="boards-of">{t('boards.shared')}</h2>
			<ul class="boards">{sharedBoards.value.map((board) =>
				<li key={board.id}><BoardCard board={board} /></li>)}</ul>
		</>}
	</>;
}

function Kept({ first }: { first: Board[] }) {
	const boards = myBoards.value ?? first;
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

function Others({ name, first }: { name: string; first: Board[] }) {
	const boards = useSignal<Board[]>(first);
	const start = pathOf(name, 200);
	const next = useSignal(first.length < atFirst ? null : start);
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
