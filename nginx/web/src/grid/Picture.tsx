/*
 * A picture of known size: its placeholder from the first frame on, then the
 * picture, one change.  What cannot be shown says so in its place.  One that
 * moves shows its first frame, drawn from the file, until it is played.
 */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { plainTitle, srcset } from '../core/images';
import { langOf } from '../core/lang';
import type { Pin } from '../core/types';
import { Icon } from '../ui/Icon';
import brokenShape from 'icon:image-off';
import { drawBlurhash } from './blurhash';

interface Props {
	pin: Pin;
	sizes: string;
	/* Seen at once: asked for before all others. */
	first: boolean;
	playing?: boolean;
}

/* Browsers draw the first frame of an animation. */
function drawStill(canvas: HTMLCanvasElement, image: HTMLImageElement): void {
	canvas.width = image.naturalWidth;
	canvas.height = image.naturalHeight;
	canvas.getContext('2d')?.drawImage(image, 0, 0);
}

export function Picture({ pin, sizes, first, playing = false }: Props) {
	const frame = useRef<HTMLSpanElement>(null);
	const canvas = useRef<HTMLCanvasElement>(null);
	const image = useRef<HTMLImageElement>(null);
	const { media } = pin;
	const is = (state: string) => {
		if (media.animated && state !== 'broken' && canvas.current &&
			image.current)
			drawStill(canvas.current, image.current);
		if (frame.current)
			frame.current.dataset.state = state;
	};
	useLayoutEffect(() => {
		if (image.current?.complete && image.current.naturalWidth > 0)
			is('here');
		else if (canvas.current)
			drawBlurhash(canvas.current, media.placeholder);
	}, [pin.id]);
	const alt = pin.alt || plainTitle(pin.title);
	return <span class="picture" ref={frame} data-moves={media.animated ||
		undefined} data-playing={playing || undefined}
		style={{ backgroundColor: media.colour }}>
		<canvas ref={canvas} width={1} height={1} aria-hidden="true" />
		<img ref={image} src={pin.image} srcset={srcset(media)} sizes={sizes}
			width={media.width} height={media.height} decoding="async"
			alt={alt} lang={langOf(alt)} loading={first ? 'eager' : 'lazy'}
			fetchpriority={first ? 'high' : 'auto'} draggable={false}
			onLoad={() => is('loaded')} onError={() => is('broken')} />
		<span class="broken" aria-hidden="true"><Icon of={brokenShape} /></span>
	</span>;
}
