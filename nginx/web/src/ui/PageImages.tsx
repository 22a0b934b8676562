/* The pictures of a page, to choose from.  Each is looked at when it comes into
 * sight; those that are none, or tiny, go. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import check from 'icon:check';
import { type ImageLook, lookAt, type PageLook } from '../core/looks';
import { addImages, pageShown } from '../core/uploads';
import { t } from '../core/words';
import { Button } from './Button';
import { Icon } from './Icon';

const tiny = 80;

type Chosen = ReadonlyMap<string, ImageLook>;

export function PageImages({ page }: { page: PageLook & { url: string } }) {
	const gone = useSignal<ReadonlySet<string>>(new Set());
	const chosen = useSignal<Chosen>(new Map());
	const left = page.images.filter((url) => !gone.value.has(url));
	const toggle = (url: string, look: ImageLook) => {
		const next = new Map(chosen.value);
		if (!next.delete(url))
			next.set(url, look);
		chosen.value = next;
	};
	return <section class="page-images" aria-label={t('create.page')}>
		<h2>{page.title || page.url}</h2>
		<p class="soft" role="status">{left.length === 0
			? t('create.page.none') : t('create.page.choose')}</p>
		<ul>{left.map((url) => <Choice key={url} url={url}
			on={chosen.value.has(url)}
			choose={(look) => toggle(url, look)}
			drop={() => { gone.value = new Set(gone.value).add(url); }} />)}</ul>
		<div class="buttons">
			<Button onClick={() => { pageShown.value = null; }}>
				{t('cancel')}</Button>
			{left.length > 0 && <Button kind="primary"
				disabled={chosen.value.size === 0}
				onClick={() => addImages(chosen.value, page.title)}>
				{t('create.page.add', { n: Math.max(1, chosen.value.size) })}
			</Button>}
		</div>
	</section>;
}

interface ChoiceProps {
	url: string;
	on: boolean;
	choose: (look: ImageLook) => void;
	drop: () => void;
}

function Choice({ url, on, choose, drop }: ChoiceProps) {
	const look = useSignal<ImageLook | null>(null);
	const box = useRef<HTMLButtonElement>(null);
	useEffect(() => {
		const ask = () => lookAt(url).then((found) => {
			if (found.kind === 'image' &&
				Math.min(found.width, found.height) >= tiny)
				look.value = found;
			else
				drop();
		}, drop);
		const seen = new IntersectionObserver((entries) => {
			if (!entries.some((one) => one.isIntersecting))
				return;
			seen.disconnect();
			void ask();
		}, { rootMargin: '200px' });
		if (box.current)
			seen.observe(box.current);
		return () => seen.disconnect();
	}, [url]);
	const { value: found } = look;
	const size = found ? `${found.width} × ${found.height}` : '';
	return <li><button ref={box} type="button" aria-pressed={on}
		aria-label={found ? t('create.page.image', { size })
			: t('create.looking')}
		aria-disabled={!found || undefined} aria-busy={!found || undefined}
		onClick={() => { found && choose(found); }}>
		{found && <img src={found.shown} alt="" />}
		{on && <span class="tick"><Icon of={check} /></span>}
		<small>{size}</small>
	</button></li>;
}
