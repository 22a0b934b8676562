/* One pin of a wall. */
import { useSignal } from '@preact/signals';
import { pageOf } from '../core/cards';
import { plainTitle } from '../core/images';
import { langOf } from '../core/lang';
import { remember } from '../core/load';
import type { Pin } from '../core/types';
import { t } from '../core/words';
import imagesIcon from 'icon:images';
import { Avatar } from '../ui/Avatar';
import { Icon } from '../ui/Icon';
import { Play } from '../ui/Play';
import { SaveButton } from '../ui/SaveButton';
import { openPinMenu, PinMenu, ShareButton } from '../ui/PinMenu';
import { type Box, isCut } from './layout';
import { boxStyle } from './Masonry';
import { Picture } from './Picture';
import { useLongPress } from './useLongPress';

/* Without a pointer to hover with, the menu has it all. */
const hovers = matchMedia('(hover: hover)').matches;

interface Props {
	pin: Pin;
	box: Box;
	index: number;
	total: number;
	first: boolean;
	why: boolean;
	onOpen: () => void;
}

export function Card({ pin, box, index, total, first, why, onOpen }: Props) {
	const cut = isCut(pin.media);
	const playing = useSignal(false);
	const press = useLongPress((at) => openPinMenu(at, pin));
	const title = plainTitle(pin.title);
	const { post } = pin;
	const open = () => {
		remember(post ? `styles/posts/${pin.id}` : `pins/${pin.id}`, post ?? pin);
		onOpen();
	};
	return <article class="card" style={boxStyle(box)} tabIndex={-1}
		aria-posinset={index + 1} aria-setsize={total}
		aria-label={title} data-pin={pin.id}>
		<a class={`card-link${cut ? ' cut' : ''}`} href={pageOf(pin)}
			lang={langOf(title)} {...press} onClick={open}
			style={{ height: `${box.picture}px` }}>
			<Picture pin={pin} first={first} sizes={`${box.width}px`}
				playing={playing.value} />
		</a>
		{pin.alt && <span class="badge-alt" aria-hidden="true"
			title={pin.alt}>ALT</span>}
		{pin.media.animated && <Play playing={playing}
			at={box.picture} />}
		{post && post.images.length > 1 && <Count n={post.images.length} />}
		<Tools pin={pin} />
		<div class="card-foot">
			<p class="card-title" lang={langOf(title)}>{title}</p>
			{why ? <Why pin={pin} /> :
				<a class="card-author" href={`/@${pin.author}`}>
					<Avatar name={pin.author} size={20}
						picture={post?.created_by.image} />
					<span lang={langOf(pin.author)}>{pin.author}</span>
				</a>}
		</div>
	</article>;
}

function Tools({ pin }: { pin: Pin }) {
	return <>
		{hovers && !pin.post && <div class="card-tools"><SaveButton pin={pin} /></div>}
		<div class="card-more">
			{hovers && <ShareButton pin={pin} />}
			<PinMenu pin={pin} />
		</div>
	</>;
}

/* How many pictures it has. */
function Count({ n }: { n: number }) {
	return <span class="card-count"><Icon of={imagesIcon} size={14} />
		<span class="hidden">{t('style.pictures', { n })}</span>
		<span aria-hidden="true">{n}</span></span>;
}

function Why({ pin }: { pin: Pin }) {
	const words = pin.similarity?.why?.slice(0, 3).map((one) => one.word);
	return <p class="card-why">{words?.length
		? t('similar.because', { words: words.join(', ') })
		: t('similar.tags')}</p>;
}
