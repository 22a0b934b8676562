/* The comments on an item: newest or liked most first, replies folded. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { place } from '../core/router';
import { me, needLogin } from '../core/session';
import { type Order, type Shown, Talk } from '../core/talk';
import { t } from '../core/words';
import { Button } from './Button';
import { CommentForm } from './CommentForm';
import { CommentRow } from './CommentRow';
import { tellError } from './Toast';

interface Props {
	item: number;
	/* Who owns the item, by name: may delete what others say on it. */
	owner: string;
	/* How many there are, for whoever shows it. */
	count: Signal<number>;
}

export function Comments({ item, owner, count }: Props) {
	const talk = useMemo(() => new Talk(item, (by) => {
		count.value = Math.max(0, count.value + by);
	}), [item]);
	const id = me.value?.id;
	useEffect(() => {
		talk.start();
		return () => talk.stop();
	}, [talk, id]);
	const sought = /^#comment-(\d+)$/.exec(location.hash)?.[1];
	useEffect(() => {
		/* Gone, or not for this reader: the list is what there is. */
		if (sought)
			talk.reveal(Number(sought)).catch(() => undefined);
	}, [talk, sought, place.value?.key]);
	const comments = talk.comments.value;
	const owns = me.value?.username === owner;
	const add = (text: string, to?: Shown) =>
		needLogin(() => { talk.add(text, to).catch(tellError); });
	return <section class="comments" aria-label={t('comments')}
		aria-busy={comments === null && !talk.error.value}>
		<header class="comments-head">
			<h2>{t('comments.count', { n: count.value })}</h2>
			{count.value > 1 && <Sort talk={talk} />}
		</header>
		<CommentForm name="comment" label={t('comment.add')}
			button={t('comment.send')} names={() => [owner, ...talk.names()]}
			send={(text) => add(text)} />
		{talk.error.value && <p role="alert">{talk.error.value.message}{' '}
			<Button onClick={() => { void talk.load(); }}>{t('retry')}</Button>
		</p>}
		{comments?.map((one) => <Thread key={one.id} talk={talk} one={one}
			owns={owns} add={add} />)}
		{talk.next.value && <Button onClick={() => {
			talk.more().catch(tellError);
		}}>{t('comments.more')}</Button>}
	</section>;
}

function Sort({ talk }: { talk: Talk }) {
	const orders: Order[] = ['newest', 'top'];
	return <div class="sort" role="group" aria-label={t('comments.order')}>
		{orders.map((order) => <button key={order} type="button" class="chip"
			aria-pressed={talk.order.value === order}
			onClick={() => talk.sort(order)}>
			{t(`comments.${order}`)}</button>)}
	</div>;
}

interface ThreadProps {
	talk: Talk;
	one: Shown;
	owns: boolean;
	add: (text: string, to: Shown) => void;
}

function Thread({ talk, one, owns, add }: ThreadProps) {
	const open = useSignal(false);
	const to = useSignal<number | null>(null);
	useEffect(() => {
		if (talk.opened.value === one.id)
			open.value = true;
	}, [talk.opened.value]);
	const n = one.num_replies ?? 0;
	const replies = one.replies ?? [];
	const answer = (whom: Shown) => {
		to.value = whom.id;
		open.value = true;
	};
	const target = to.value === null ? undefined : talk.find(to.value);
	return <div class="thread">
		<CommentRow talk={talk} one={one} owns={owns}
			reply={() => answer(one)} />
		{n > 0 && <button type="button" class="link fold"
			aria-expanded={open.value}
			onClick={() => { open.value = !open.value; }}>
			{t(open.value ? 'replies.hide' : 'replies.show', { n })}</button>}
		{open.value && <div class="replies">
			{replies.map((reply) => <CommentRow key={reply.id} talk={talk}
				one={reply} owns={owns} reply={() => answer(reply)} />)}
			{n > replies.length && <button type="button" class="link"
				onClick={() => { talk.moreReplies(one).catch(tellError); }}>
				{t('replies.more')}</button>}
			{target && <CommentForm key={target.id} name={`reply-${target.id}`}
				label={t('reply.to', {
					name: target.created_by?.username ?? '' })}
				button={t('reply')} names={() => talk.names()} focus
				send={(text) => { to.value = null; add(text, target); }}
				cancel={() => { to.value = null; }} />}
		</div>}
	</div>;
}
