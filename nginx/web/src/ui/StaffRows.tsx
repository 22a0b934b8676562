/* Rows of the staff's lists of people and jobs, and of its log. */
import { api } from '../core/api';
import { asking } from '../core/layers';
import { langOf } from '../core/lang';
import type { Account, Entry, Job } from '../core/staff';
import { ago, t } from '../core/words';
import { Avatar } from './Avatar';
import { Button } from './Button';
import { tell, tellError } from './Toast';

interface Props<T> {
	of: T;
	done: () => void;
}

export function AccountRow({ of: one, done }: Props<Account>) {
	const open = () => api('POST', `staff/users/${
		encodeURIComponent(one.username)}/unsuspend`).then(() => {
		tell(`${t('staff.did.unsuspend')}: ${one.username}`);
		done();
	}, tellError);
	return <div class="kept-row">
		<Avatar name={one.username} size={44} picture={one.avatar} />
		<span class="kept-words">
			{one.state === 'active'
				? <a href={`/@${encodeURIComponent(one.username)}`}>
					<b>{one.username}</b></a> : <b>{one.username}</b>}
			<span>{one.email}</span>
			<small>{t(`staff.state.${one.state}`)}
				{one.staff && ` · ${t('staff')}`}
				{' · '}{t('staff.since', { ago: ago(one.created_at) })}</small>
		</span>
		{one.state === 'suspended' && <Button onClick={() => { void open(); }}
			aria-label={`${t('staff.unsuspend')}: ${one.username}`}>
			{t('staff.unsuspend')}</Button>}
	</div>;
}

export function JobRow({ of: one, done }: Props<Job>) {
	const name = `${one.kind} ${one.id}`;
	const path = `staff/jobs/${one.id}`;
	const finish = (did: 'retry_job' | 'drop_job') => {
		tell(`${t(`staff.did.${did}`)}: ${name}`);
		done();
	};
	const retry = () => api('POST', `${path}/retry`)
		.then(() => finish('retry_job'), tellError);
	const drop = () => {
		asking.value = { title: t('staff.drop'), button: t('staff.drop'),
			text: t('staff.drop.text', { name }),
			run: () => api('DELETE', path).then(() => finish('drop_job')) };
	};
	return <div class="kept-row">
		<span class="kept-words">
			<b>{name}</b>
			{one.error && <span class="job-error" lang="en">{one.error}</span>}
			<small>{t('staff.attempts', { n: one.attempts })}{' · '}
				{one.dead_at ? t('staff.died', { ago: ago(one.dead_at) })
					: Date.parse(one.run_at) > Date.now()
						? t('staff.due.later') : t('staff.due')}</small>
		</span>
		{one.dead_at && <span class="buttons">
			<Button aria-label={`${t('staff.retry')}: ${name}`}
				onClick={() => { void retry(); }}>{t('staff.retry')}</Button>
			<Button kind="danger" aria-label={`${t('staff.drop')}: ${name}`}
				onClick={drop}>{t('staff.drop')}</Button>
		</span>}
	</div>;
}

export function EntryRow({ of: one }: { of: Entry }) {
	return <div class="kept-row">
		<span class="kept-words">
			<b lang={langOf(one.about)}>{t(`staff.did.${one.action}`)}
				{one.about && `: ${one.about}`}</b>
			{one.note && <q lang={langOf(one.note)}>{one.note}</q>}
			<small>{one.staff} · {one.username && <>
				{t('staff.of', { name: one.username })} · </>}
				{ago(one.created_at)}</small>
		</span>
	</div>;
}
