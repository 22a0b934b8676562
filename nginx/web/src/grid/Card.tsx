/* One pin of a wall. */
import { plainTitle } from '../core/images';
import { remember } from '../core/load';
import type { Pin } from '../core/types';
import { t } from '../core/words';
import { Avatar } from '../ui/Avatar';
import { SaveButton } from '../ui/SaveButton';
import { PinMenu } from '../ui/PinMenu';
import { type Box, isCut } from './layout';
import { boxStyle } from './Masonry';
import { Picture } from './Picture';

interface Props {
	pin: Pin;
	box: Box;
	index: number;
	total: number;
	first: boolean;
	why: boolean;
}

export function Card({ pin, box, index, total, first, why }: Props) {
	const cut = isCut(pin.media);
	return <article class="card" style={boxStyle(box)} tabIndex={-1}
		aria-posinset={index + 1} aria-setsize={total}
		aria-label={plainTitle(pin.title)} data-pin={pin.id}>
		<a class={`card-link${cut ? ' cut' : ''}`} href={`/pin/${pin.id}`}
			onClick={() => remember(`pins/${pin.id}`, pin)}
			style={{ height: `${box.picture}px` }}>
			<Picture pin={pin} first={first} sizes={`${box.width}px`} />
			{pin.media.animated && <span class="badge">GIF</span>}
		</a>
		<div class="card-tools"><SaveButton pin={pin} /></div>
		<div class="card-more"><PinMenu pin={pin} /></div>
		<div class="card-foot">
			<p class="card-title">{plainTitle(pin.title)}</p>
			{why ? <Why pin={pin} /> :
				<a class="card-author" href={`/@${pin.author}`}>
					<Avatar name={pin.author} size={20} />
					<span>{pin.author}</span>
				</a>}
		</div>
	</article>;
}

function Why({ pin }: { pin: Pin }) {
	const words = pin.similarity?.why?.slice(0, 3).map((one) => one.word);
	return <p class="card-why">{words?.length
		? t('similar.because', { words: words.join(', ') })
		: t('similar.tags')}</p>;
}
