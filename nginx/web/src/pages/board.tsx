/* The pins of a board. */
import { useSignal } from '@preact/signals';
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
import { feedOf, forgetFeeds } from '../grid/feed';
import { Masonry } from '../grid/Masonry';
import { Arrange } from '../ui/Arrange';
import { Button, IconButton } from '../ui/Button';
import { Secret } from '../ui/Secret';
import { EmptyState, ErrorState } from '../ui/State';

export default function BoardPage({ params }: { params: Params }) {
	const id = Number(params['id']) || 0;
	const { data, error, again } = useLoad<Board>(`boards/${id}`);
	const board = data.value;
	/* Changed here: the list of one's own boards knows. */
	const { title, secret } = myBoards.value?.find((one) => one.id === id) ??
		board ?? { title: undefined, secret: false };
	const arranging = useSignal(false);
	useTitle(title);
	const feed = feedOf(place.value?.key ?? '', `pins/?board=${id}`);
	useEffect(() => () => feed.stop(), [feed]);
	if (error.value && !board)
		return <ErrorState error={error.value} again={again} />;
	const mine = board !== null && me.value?.username === board.author;
	return <>
		<header class="page-head">
			<h1>{secret && <Secret size={24} />}{title ?? '\u00a0'}</h1>
			<p class="soft">{board && <>
				<a href={`/@${board.author}`}>{board.author}</a>
				{' · '}{t('pins.count', { n: board.pin_count })}</>}&nbsp;</p>
			{mine && <div class="buttons">
				<IconButton icon={pencil} label={t('board.edit')}
					onClick={() => {
						editingBoard.value = { ...board, secret,
							title: title ?? '' };
					}} />
				{board.pin_count > 1 && <Button
					aria-pressed={arranging.value} onClick={() => {
						arranging.value = !arranging.value;
					}}>{t(arranging.value ? 'board.arrange.done'
						: 'board.arrange')}</Button>}
			</div>}
		</header>
		{arranging.value && mine
			? <Arrange board={id} changed={forgetFeeds} />
			: <Masonry key={id} feed={feed} label={title ?? ''}
			empty={<EmptyState icon={grid} title={t('board.none')}>
				<a class="button primary" href="/explore">{t('explore')}</a>
			</EmptyState>} />}
	</>;
}
