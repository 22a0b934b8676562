/* A board: what it says of itself, who keeps it, and its pins. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import dots from 'icon:ellipsis';
import pencil from 'icon:pencil';
import grid from 'icon:layout-grid';
import people from 'icon:users';
import { boardTurn, isMine, mayAdd, mayEdit } from '../core/boards';
import { editingBoard, membersOf } from '../core/layers';
import { useLoad } from '../core/load';
import { type Params, place } from '../core/router';
import { me } from '../core/session';
import type { Board } from '../core/types';
import { useTitle } from '../core/title';
import { t } from '../core/words';
import { feedOf, forgetFeeds } from '../grid/feed';
import { Masonry } from '../grid/Masonry';
import { Arrange } from '../ui/Arrange';
import { Button, IconButton } from '../ui/Button';
import { Faces } from '../ui/Faces';
import { reportOf } from '../ui/keepAway';
import { openMenu } from '../ui/Menu';
import { Secret } from '../ui/Secret';
import { Sections } from '../ui/Sections';
import { SelectPins } from '../ui/SelectPins';
import { ShareLink } from '../ui/ShareLink';
import { EmptyState, ErrorState } from '../ui/State';

type Mode = 'wall' | 'arrange' | 'select';

export default function BoardPage({ params }: { params: Params }) {
	const id = Number(params['id']) || 0;
	const { data, error, again } = useLoad<Board>(`boards/${id}`);
	const board = data.value;
	const section = Number(place.value?.query.get('section')) || 0;
	const mode = useSignal<Mode>('wall');
	const turn = useRef(boardTurn.value);
	useTitle(board?.title);
	useEffect(() => {
		if (turn.current !== boardTurn.value)
			again();
		turn.current = boardTurn.value;
	}, [boardTurn.value]);
	if (error.value && (!board || error.value.status === 404))
		return <ErrorState error={error.value} again={again} />;
	const source = `pins/?board=${id}${section ? `&section=${section}` : ''}`;
	const done = () => { mode.value = 'wall'; };
	return <>
		<Head board={board} mode={mode} />
		{board && <Sections board={board} now={section} />}
		{board && mode.value === 'select'
			? <SelectPins key={source} board={board} source={source}
				done={done} />
			: board && mode.value === 'arrange'
				? <Arrange board={id} changed={forgetFeeds} />
				: <Wall key={`${source} ${boardTurn.value}`} source={source}
					title={board?.title ?? ''} />}
	</>;
}

function Wall({ source, title }: { source: string; title: string }) {
	const feed = feedOf(place.value?.key ?? '', source);
	useEffect(() => () => feed.stop(), [feed]);
	return <Masonry feed={feed} label={title}
		empty={<EmptyState icon={grid} title={t('board.none')}>
			<a class="button primary" href="/explore">{t('explore')}</a>
		</EmptyState>} />;
}

function Head({ board, mode }:
	{ board: Board | null; mode: { value: Mode } }) {
	return <header class="page-head">
		<h1>{board?.secret && <Secret size={24} />}
			{board?.title ?? '\u00a0'}</h1>
		{board?.content && <p class="board-text">{board.content}</p>}
		<p class="soft board-line">{board && <>
			<a href={`/@${board.author}`}>{board.author}</a>
			<span>{t('pins.count', { n: board.pin_count })}</span>
			{board.members.length > 0 && <button type="button"
				class="faces-button" aria-label={t('members')}
				disabled={!me.value}
				onClick={() => { membersOf.value = board; }}>
				<Faces members={board.members} /></button>}
		</>}&nbsp;</p>
		{board && <Tools board={board} mode={mode} />}
	</header>;
}

function Tools({ board, mode }: { board: Board; mode: { value: Mode } }) {
	const toggle = (wanted: Mode) => {
		mode.value = mode.value === wanted ? 'wall' : wanted;
	};
	return <div class="buttons">
		{mayEdit(board) && <IconButton icon={pencil} label={t('board.edit')}
			onClick={() => { editingBoard.value = board; }} />}
		{(isMine(board) || board.role) && <IconButton icon={people}
			label={t('members')}
			onClick={() => { membersOf.value = board; }} />}
		{mayEdit(board) && board.pin_count > 1 && <Button
			aria-pressed={mode.value === 'arrange'}
			onClick={() => toggle('arrange')}>
			{t(mode.value === 'arrange' ? 'board.arrange.done'
				: 'board.arrange')}</Button>}
		{mayAdd(board) && board.pin_count > 0 && mode.value !== 'select' &&
			<Button onClick={() => toggle('select')}>{t('select')}</Button>}
		<ShareLink title={board.title} path={`/board/${board.id}`} />
		{!isMine(board) && <IconButton icon={dots} label={t('more')}
			aria-haspopup="menu" onClick={(e) => openMenu(
				e.currentTarget as HTMLElement,
				[reportOf({ board: board.id })])} />}
	</div>;
}
