/* One comment or reply, and what one can do with it. */
import { useSignal } from '@preact/signals';
import dots from 'icon:ellipsis';
import heart from 'icon:heart';
import pencil from 'icon:pencil';
import trash from 'icon:trash-2';
import { langOf } from '../core/lang';
import { pieces } from '../core/mention';
import { me, needLogin } from '../core/session';
import type { Shown, Talk } from '../core/talk';
import { ago, t } from '../core/words';
import { Avatar } from './Avatar';
import { IconButton } from './Button';
import { CommentForm } from './CommentForm';
import { Icon } from './Icon';
import { LikeCount } from './LikeButton';
import { keepPersonAway, reportOf } from './keepAway';
import { type MenuItem, openMenu } from './Menu';
import { tell, tellError } from './Toast';

interface Props {
	talk: Talk;
	one: Shown;
	/* May the reader remove what others say here? */
	owns: boolean;
	reply: () => void;
}

async function remove(talk: Talk, one: Shown): Promise<void> {
	const undo = await talk.remove(one);
	tell(t('comment.deleted'), { label: t('undo'),
		run: () => { undo().catch(tellError); } });
}

export function CommentRow({ talk, one, owns, reply }: Props) {
	const editing = useSignal(false);
	if (one.deleted || !one.created_by)
		return <p class="comment-stub soft">{t('comment.gone')}</p>;
	const { username, image } = one.created_by;
	const edit = (text: string) => {
		editing.value = false;
		if (text !== one.content)
			talk.edit(one, text).catch(tellError);
	};
	return <article class="comment" id={`comment-${one.id}`}
		aria-label={t('comment.of', { name: username })}
		data-pending={one.pending}>
		<Avatar name={username} size={32} picture={image} />
		<div class="comment-words">
			<p class="comment-head"><a href={`/@${username}`}><b>{username}</b></a>
				{' '}<small class="soft"><time dateTime={one.created_at}>
					{ago(one.created_at)}</time>
				{one.updated_at !== one.created_at && ` · ${t('comment.edited')}`}
				</small></p>
			{editing.value
				? <CommentForm name={`edit-${one.id}`} label={t('comment.edit')}
					start={one.content ?? ''} button={t('save')} focus
					names={() => talk.names()} send={edit}
					cancel={() => { editing.value = false; }} />
				: <Words one={one} />}
			{one.pending ? <Pending talk={talk} one={one} /> : !editing.value &&
				<Tools talk={talk} one={one} owns={owns} reply={reply}
					edit={() => { editing.value = true; }} />}
		</div>
	</article>;
}

function Words({ one }: { one: Shown }) {
	const text = one.content ?? '';
	return <p class="comment-text" lang={langOf(text)}>
		{one.to_profile && <><a href={`/@${one.to_profile.username}`}>
			@{one.to_profile.username}</a>{' '}</>}
		{pieces(text, one.mentions).map((part) => part.name
			? <a href={`/@${part.name}`}>{part.text}</a> : part.text)}</p>;
}

function Pending({ talk, one }: { talk: Talk; one: Shown }) {
	if (one.pending === 'sending')
		return <p class="comment-tools soft" role="status">
			{t('comment.sending')}</p>;
	return <p class="comment-tools">
		<span class="field-error">{t('comment.failed')}</span>
		<button type="button" class="link" onClick={() => {
			talk.send(one).catch(tellError);
		}}>{t('retry')}</button>
		<button type="button" class="link" onClick={() => talk.drop(one)}>
			{t('delete')}</button></p>;
}

function Tools({ talk, one, owns, reply, edit }:
	Props & { edit: () => void }) {
	const mine = me.value?.id === one.created_by?.user_id;
	const like = () => needLogin(() => { talk.like(one).catch(tellError); });
	const items: MenuItem[] = [];
	if (mine)
		items.push({ label: t('edit'), icon: pencil, run: edit });
	if (mine || owns)
		items.push({ label: t('delete'), icon: trash, danger: true,
			run: () => { remove(talk, one).catch(tellError); } });
	const name = one.created_by?.username;
	if (me.value && !mine && name)
		items.push(...keepPersonAway(name, undefined, () => talk.without(name)));
	if (!mine)
		items.push(reportOf({ item: one.id }));
	return <div class="comment-tools">
		<button type="button" class="link comment-like" onClick={like}
			aria-pressed={one.liked === true} aria-label={t('like')}>
			<Icon of={heart} size={16} /></button>
		{one.num_likes > 0 &&
			<LikeCount item={one.id} count={one.num_likes} />}
		<button type="button" class="link" onClick={() => needLogin(reply)}>
			{t('reply')}</button>
		{items.length > 0 && <IconButton icon={dots} size={16}
			label={t('comment.more')} aria-haspopup="menu" onClick={(e) =>
				openMenu(e.currentTarget as HTMLElement, items)} />}
	</div>;
}
