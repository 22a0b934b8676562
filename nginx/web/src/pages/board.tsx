/* The pins of a board. */
import { useEffect } from 'preact/hooks';
import pencil from 'icon:pencil';
import grid from 'icon:layout-grid';
import { editingBoard } from '../core/layers';
import { useLoad } from '../core/load';
import { type Params, place } from '../core/router';
import { me, myBoards } from '../core/session';
import type { Board } from '../core/types';
import { useTitle } from '../core/title';
import { t } from '../core/words';
import { feedOf } from '../grid/feed';
import { Masonry } from '../grid/Masonry';
import { IconButton } from '../ui/Button';
import { EmptyState, ErrorState } from '../ui/State';

export default function BoardPage({ params }: { params: Params }) {
	const id = Number(params['id']) || 0;
	const { data, error, again } = useLoad<Board>(`boards/${id}`);
	const board = data.value;
	/* Renamed here: the list of one's own boards knows. */
	const title = myBoards.value?.find((one) => one.id === id)?.title ??
		board?.title;
	useTitle(title);
	const feed = feedOf(place.value?.key ?? '', `pins/?board=${id}`);
	useEffect(() => () => feed.stop(), [feed]);
	if (error.value && !board)
		return <ErrorState error={error.value} again={again} />;
	const mine = board !== null && me.value?.username === board.author;
	return <>
		<header class="page-head">
			<h1>{title ?? '\u00a0'}</h1>
			<p class="soft">{board && <>
				<a href={`/@${board.author}`}>{board.author}</a>
				{' · '}{t('pins.count', { n: board.pin_count })}</>}&nbsp;</p>
			{mine && <IconButton icon={pencil} label={t('board.edit')}
				onClick={() => {
					editingBoard.value = { ...board, title: title ?? '' };
				}} />}
		</header>
		<Masonry key={id} feed={feed} label={title ?? ''}
			empty={<EmptyState icon={grid} title={t('board.none')}>
				<a class="button primary" href="/explore">{t('explore')}</a>
			</EmptyState>} />
	</>;
}
