/* How a pin is liked, saved for later and talked about; or a post, which one
 * may like though it is one's own (self). */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useLoad } from '../core/load';
import { me } from '../core/session';
import type { Pin, Social } from '../core/types';
import { BookmarkButton } from './BookmarkButton';
import { Comments } from './Comments';
import { LikeButton } from './LikeButton';

interface Props {
	pin: Pick<Pin, 'id' | 'author'>;
	self?: boolean;
}

export function PinSocial({ pin, self = false }: Props) {
	const social = useLoad<Social>(`items/${pin.id}/social`).data.value;
	const comments = useSignal(social?.num_comments ?? 0);
	useEffect(() => { comments.value = social?.num_comments ?? 0; }, [social]);
	const own = !self && me.value?.username === pin.author;
	return <>
		<div class="social">
			<LikeButton item={pin.id} own={own} on={social?.liked === true}
				count={social?.num_likes ?? 0} />
			<span class="rail-gap" />
			{!own && <BookmarkButton item={pin.id}
				on={social?.bookmarked === true} />}
		</div>
		<Comments item={pin.id} owner={pin.author} count={comments} />
	</>;
}
