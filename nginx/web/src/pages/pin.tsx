/* One pin, whole, with more like it. */
import { useSignal } from '@preact/signals';
import left from 'icon:chevron-left';
import right from 'icon:chevron-right';
import sparkles from 'icon:sparkles';
import { useEffect } from 'preact/hooks';
import { prefetch, useLoad } from '../core/load';
import type { Params } from '../core/router';
import { place } from '../core/router';
import type { Pin } from '../core/types';
import { plainTitle } from '../core/images';
import { useTitle } from '../core/title';
import { beside, step } from '../core/trail';
import { t } from '../core/words';
import { type Feed, feedOf } from '../grid/feed';
import { Masonry } from '../grid/Masonry';
import { IconButton } from '../ui/Button';
import { DeletedPin } from '../ui/DeletedPin';
import { PinPanel } from '../ui/PinPanel';
import { Play } from '../ui/Play';
import { Picture } from '../grid/Picture';
import { EmptyState, ErrorState } from '../ui/State';

export default function PinPage({ params }: { params: Params }) {
	const id = Number(params['id']) || 0;
	const { data, error, again } = useLoad<Pin>(`pins/${id}`);
	const pin = data.value;
	const similar = feedOf(place.value?.key ?? '',
		`pins/${id}/similar_pin?limit=48&why=1`);
	useEffect(() => {
		if (similar.state.value === 'idle')
			void similar.more();
		return () => similar.stop();
	}, [similar]);
	useTitle(pin ? plainTitle(pin.title) : undefined);
	if (error.value?.status === 410)
		return <>
			<DeletedPin id={id} again={again} />
			<Similar id={id} feed={similar} />
		</>;
	if (error.value && !pin)
		return <ErrorState error={error.value} again={again} />;
	return <>
		{pin ? <CloseUp pin={pin} /> : <div class="close-up skeleton"
			aria-busy="true" />}
		<Beside id={id} />
		{/* Nothing is below what may still grow. */}
		{pin && <Similar id={id} feed={similar} />}
	</>;
}

function CloseUp({ pin }: { pin: Pin }) {
	const { width, height } = pin.media;
	const large = useSignal(false);
	const playing = useSignal(
		!matchMedia('(prefers-reduced-motion: reduce)').matches);
	return <article class="close-up" data-large={large.value || undefined}>
		<button type="button" class="close-up-picture"
			aria-label={t(large.value ? 'zoom.out' : 'zoom.in')}
			onClick={() => { large.value = !large.value; }}
			style={{ aspectRatio: `${width} / ${height}`,
				'--ratio': width / height, '--wide': `${width}px` }}>
			<Picture key={pin.id} pin={pin} first playing={playing.value}
				sizes={large.value ? '100vw' : '(min-width: 1024px) 640px, 100vw'} />
		</button>
		{pin.media.animated && <Play playing={playing} />}
		<PinPanel pin={pin} />
	</article>;
}

/* To the pins beside it in the list that it was opened from; the one after it
 * is on its way already. */
function Beside({ id }: { id: number }) {
	const before = beside(id, -1);
	const after = beside(id, 1);
	useEffect(() => {
		if (after !== undefined)
			prefetch(`pins/${after}`);
	}, [after]);
	return <nav class="beside" aria-label={t('beside')}>
		{before !== undefined && <IconButton icon={left} class="before"
			label={t('keys.previous')} onClick={() => step(id, -1)} />}
		{after !== undefined && <IconButton icon={right} class="after"
			label={t('keys.next')} onClick={() => step(id, 1)} />}
	</nav>;
}

function Similar({ id, feed }: { id: number; feed: Feed }) {
	const why = useSignal(false);
	return <section class="similar">
		<header class="similar-head">
			<h2>{t('similar')}</h2>
			<button type="button" class="chip" aria-pressed={why.value}
				onClick={() => { why.value = !why.value; }}>
				{t('similar.why')}</button>
		</header>
		<Masonry key={id} feed={feed} label={t('similar')} why={why.value}
			empty={<EmptyState icon={sparkles} title={t('similar.none')}>
				<a class="button plain" href="/explore">{t('explore')}</a>
			</EmptyState>}
			end={<a class="button plain" href="/explore">{t('explore')}</a>} />
	</section>;
}
