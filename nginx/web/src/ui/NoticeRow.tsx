/* One notice: who did what, and to what; it leads there. */
import shield from 'icon:shield';
import { smaller } from '../core/images';
import { langOf } from '../core/lang';
import { readNotice } from '../core/notices';
import type { Notice } from '../core/types';
import { ago, t } from '../core/words';
import { Avatar } from './Avatar';
import { Icon } from './Icon';
import { tellError } from './Toast';

function whoOf({ actors: [a, b], num_actors: n }: Notice): string {
	if (!a)
		return t('notices.somebody');
	if (n === 2 && b)
		return t('notices.who.two', { a: a.username, b: b.username });
	return n > 1 ? t('notices.who.more', { a: a.username, n: n - 1 })
		: t('notices.who', { a: a.username });
}

/* The words around who it was. */
function saying(one: Notice): string[] {
	const { kind, item } = one;
	if (kind === 'staff')
		return sayingOfStaff(one);
	const who = { who: '\n' };
	const what = item?.kind === 'style' || item?.kind === 'comment'
		? item.kind : 'pin';
	if (kind === 'like')
		return t(`notice.like.${what}`, who).split('\n');
	if (kind === 'comment')
		return t(what === 'style' ? 'notice.comment.style'
			: 'notice.comment.pin', who).split('\n');
	return t(`notice.${kind}`, who).split('\n');
}

/* Who of the staff it was is not told. */
function sayingOfStaff({ action, item }: Notice): string[] {
	const told = { who: '\n', what: t(`kind.${item?.kind ?? 'person'}`) };
	return t(action === 'warn' && !item ? 'notice.staff.warn.you'
		: `notice.staff.${action ?? 'warn'}`, told).split('\n');
}

interface Props {
	of: Notice;
	read: () => void;
}

export function NoticeRow({ of: one, read }: Props) {
	const [before, after] = saying(one);
	const open = () => {
		if (!one.read)
			readNotice(one).catch(tellError);
		read();
	};
	return <a class="told-row" href={one.url} onClick={open} onAuxClick={open}
		data-unread={!one.read || undefined}>
		<Faces of={one} />
		<span class="told-words">
			<span>{before}<b>{whoOf(one)}</b>{after}</span>
			{one.item?.title && <span class="told-title">
				{one.item.title}</span>}
			{one.note && <q class="told-note" lang={langOf(one.note)}>
				{one.note}</q>}
			<small>{ago(one.created_at)}</small>
		</span>
		{one.item?.image && <img class="told-picture" alt="" loading="lazy"
			width={56} height={56} src={smaller(one.item.image, 236)} />}
		{!one.read && <span class="told-dot">
			<span class="hidden">{t('notices.new')}</span></span>}
	</a>;
}

function Faces({ of: { kind, actors: [a, b] } }: { of: Notice }) {
	if (kind === 'staff')
		return <span class="told-faces kept-icon"><Icon of={shield} /></span>;
	return <span class="told-faces">
		{a && <Avatar name={a.username} size={b ? 36 : 44} picture={a.avatar} />}
		{b && <Avatar name={b.username} size={36} picture={b.avatar} />}
	</span>;
}
