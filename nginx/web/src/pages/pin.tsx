/* One pin, whole, with more like it. */
import { useSignal } from '@preact/signals';
import sparkles from 'icon:sparkles';
import { useEffect } from 'preact/hooks';
import { useLoad } from '../core/load';
import type { Params } from '../core/router';
import { place } from '../core/router';
import type { Pin } from '../core/types';
import { plainTitle } from '../core/images';
import { useTitle } from '../core/title';
import { t } from '../core/words';
import { type Feed, feedOf } from '../grid/feed';
import { Masonry } from '../grid/Masonry';
import { PinPanel } from '../ui/PinPanel';
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
	if (error.value && !pin)
		return <ErrorState error={error.value} again={again} />;
	return <>
		{pin ? <CloseUp pin={pin} /> : <div class="close-up skeleton"
			aria-busy="true" />}
		{/* Nothing is below what may still grow. */}
		{pin && <Similar id={id} feed={similar} />}
	</>;
}

function CloseUp({ pin }: { pin: Pin }) {
	const { width, height } = pin.media;
	const large = useSignal(false);
	return <article class="close-up" data-large={large.value || undefined}>
		<button type="button" class="close-up-picture"
			aria-label={t(large.value ? 'zoom.out' : 'zoom.in')}
			onClick={() => { large.value = !large.value; }}
			style={{ aspectRatio: `${width} / ${height}`,
				'--ratio': width / height, '--wide': `${width}px` }}>
			<Picture key={pin.id} pin={pin} first
				sizes={large.value ? '100vw' : '(min-width: 1024px) 640px, 100vw'} />
		</button>
		<PinPanel pin={pin} />
	</article>;
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
