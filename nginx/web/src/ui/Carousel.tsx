/*
 * The pictures of a style post beside each other, one at a time: a row that
 * scrolls, so a finger swipes it as anything else, with buttons and arrow keys.
 */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import left from 'icon:chevron-left';
import right from 'icon:chevron-right';
import { pictureOf } from '../core/cards';
import type { StylePost } from '../core/types';
import { t } from '../core/words';
import { Picture } from '../grid/Picture';
import { IconButton } from './Button';

export function Carousel({ post }: { post: StylePost }) {
	const row = useRef<HTMLUListElement>(null);
	const now = useSignal(0);
	const count = post.images.length;
	const to = (index: number) => {
		const at = Math.min(Math.max(index, 0), count - 1);
		row.current?.scrollTo({ left: at * row.current.clientWidth,
			behavior: matchMedia('(prefers-reduced-motion: reduce)').matches
				? 'instant' : 'smooth' });
	};
	const look = () => {
		if (row.current)
			now.value = Math.round(row.current.scrollLeft /
				Math.max(1, row.current.clientWidth));
	};
	const keys = (e: KeyboardEvent) => {
		const step = { ArrowLeft: -1, ArrowRight: 1, Home: -count,
			End: count }[e.key];
		if (step === undefined || e.ctrlKey || e.metaKey || e.altKey)
			return;
		e.preventDefault();
		e.stopPropagation();
		to(now.value + step);
	};
	return <section class="carousel" onKeyDown={keys}
		aria-label={t('style.pictures', { n: count })}>
		<ul ref={row} class="slides" tabIndex={0} onScroll={look}
			aria-label={t('style.pictures', { n: count })}>
			{post.images.map((url, i) => <li key={url} class="slide"
				aria-label={t('style.picture', { n: i + 1, all: count })}
				style={{ aspectRatio: String(post.image_ratio) }}>
				<Picture pin={pictureOf(post, i)} first={i === 0} playing
					sizes="(min-width: 1024px) 640px, 100vw" /></li>)}
		</ul>
		{count > 1 && <>
			<IconButton icon={left} class="slide-before"
				label={t('style.picture.before')} onClick={() => to(now.value - 1)}
				aria-disabled={now.value === 0} />
			<IconButton icon={right} class="slide-after"
				label={t('style.picture.after')} onClick={() => to(now.value + 1)}
				aria-disabled={now.value === count - 1} />
			<p class="slide-place" role="status">
				<span class="hidden">{t('style.picture',
					{ n: now.value + 1, all: count })}</span>
				<span aria-hidden="true">{now.value + 1} / {count}</span></p>
		</>}
	</section>;
}
