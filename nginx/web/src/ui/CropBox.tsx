/*
 * A square of a picture, chosen by dragging the picture under a round window,
 * by arrow keys, and by a slider that brings it nearer.  What is chosen is in
 * pixels of the picture: the server cuts it out.
 */
import { type Signal, useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { t } from '../core/words';

export interface Square {
	x: number;
	y: number;
	size: number;
}

/* null: the whole picture, as it is. */
export type Crop = Signal<Square | null>;

const view = 240;
const nearest = 4;
const least = 16;

interface Whole {
	width: number;
	height: number;
}

const between = (low: number, value: number, high: number): number =>
	Math.min(Math.max(low, value), high);

/* The square moved so that it is inside. */
function inside({ x, y, size }: Square, { width, height }: Whole): Square {
	return { size, x: Math.round(between(0, x, width - size)),
		y: Math.round(between(0, y, height - size)) };
}

/* As near as that, around the same middle. */
function nearer(square: Square, whole: Whole, times: number): Square {
	const side = Math.min(whole.width, whole.height);
	const size = between(Math.min(least, side), Math.round(side / times), side);
	const by = (square.size - size) / 2;
	return inside({ size, x: square.x + by, y: square.y + by }, whole);
}

const arrows: Record<string, [number, number]> = {
	ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

interface Props {
	src: string;
	crop: Crop;
	onBroken: () => void;
}

export function CropBox({ src, crop, onBroken }: Props) {
	const whole = useSignal<Whole | null>(null);
	const dragged = useRef<{ x: number; y: number; from: Square } | null>(null);
	const start = (image: HTMLImageElement) => {
		const { naturalWidth: width, naturalHeight: height } = image;
		whole.value = { width, height };
		const size = Math.min(width, height);
		crop.value = size < least ? null : inside({ size,
			x: (width - size) / 2, y: (height - size) / 2 }, whole.value);
	};
	const move = (from: Square, x: number, y: number) => {
		if (whole.value)
			crop.value = inside({ size: from.size, x: from.x + x,
				y: from.y + y }, whole.value);
	};
	const press = (e: KeyboardEvent) => {
		const way = arrows[e.key];
		if (!way || !crop.value)
			return;
		e.preventDefault();
		const step = Math.max(1, crop.value.size / 20);
		move(crop.value, way[0] * step, way[1] * step);
	};
	return <div class="crop">
		<div class="crop-window" tabIndex={0} role="group"
			aria-label={t('avatar.square')} onKeyDown={press}
			onPointerDown={(e) => {
				if (!crop.value)
					return;
				e.currentTarget.setPointerCapture(e.pointerId);
				dragged.current = { x: e.clientX, y: e.clientY,
					from: crop.value };
			}}
			onPointerMove={(e) => {
				const { current: at } = dragged;
				if (at)
					move(at.from, (at.x - e.clientX) * at.from.size / view,
						(at.y - e.clientY) * at.from.size / view);
			}}
			onPointerUp={() => { dragged.current = null; }}
			onPointerCancel={() => { dragged.current = null; }}>
			<img src={src} alt="" draggable={false} onError={onBroken}
				onLoad={(e) => start(e.currentTarget)}
				style={placed(crop.value, whole.value)} />
		</div>
		<label>{t('avatar.nearer')}
			<input type="range" min="1" max={nearest} step="0.05"
				defaultValue="1" onInput={(e) => {
					if (crop.value && whole.value)
						crop.value = nearer(crop.value, whole.value,
							Number(e.currentTarget.value));
				}} />
		</label>
	</div>;
}

function placed(square: Square | null, whole: Whole | null) {
	if (!square || !whole)
		return { width: `${view}px`, height: `${view}px` };
	const scale = view / square.size;
	return { width: `${whole.width * scale}px`,
		height: `${whole.height * scale}px`,
		transform: `translate(${-square.x * scale}px, ${
			-square.y * scale}px)` };
}
