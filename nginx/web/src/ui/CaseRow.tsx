/* A case of the staff: what was reported, why, and what is decided of it. */
import { useSignal } from '@preact/signals';
import flag from 'icon:flag';
import { smaller } from '../core/images';
import { langOf } from '../core/lang';
import { useLoad } from '../core/load';
import { type Action, actionsOf, type Case, reasonsOf, type WholeCase } from
	'../core/staff';
import { ago, t } from '../core/words';
import { Avatar } from './Avatar';
import { Button } from './Button';
import { DecideDialog } from './DecideDialog';
import { Icon } from './Icon';

interface Props {
	of: Case;
	done: () => void;
}

const titleOf = (one: Case): string => one.excerpt ?? t('staff.no_words');

export function CaseRow({ of: one, done }: Props) {
	const opened = useSignal(false);
	const deciding = useSignal<Action | null>(null);
	const close = () => { deciding.value = null; };
	const title = titleOf(one);
	return <div class="case">
		<Face of={one} />
		<Words of={one} />
		<div class="buttons">
			<Button aria-expanded={opened.value}
				aria-label={`${t('staff.details')}: ${title}`}
				onClick={() => { opened.value = !opened.value; }}>
				{t('staff.details')}</Button>
			{actionsOf(one).map((action) => <Button key={action}
				kind={action === 'suspend' ? 'danger' : 'plain'}
				aria-label={`${t(`staff.${action}`)}: ${title}`}
				onClick={() => { deciding.value = action; }}>
				{t(`staff.${action}`)}</Button>)}
		</div>
		{opened.value && <Details id={one.id} />}
		{deciding.value && <DecideDialog of={one} action={deciding.value}
			title={title} close={close} done={() => { close(); done(); }} />}
	</div>;
}

function Face({ of: one }: { of: Case }) {
	if (one.kind === 'person' && one.owner)
		return <Avatar name={one.owner.username} size={64}
			picture={one.image} />;
	if (one.image)
		return <img class="case-picture" alt="" loading="lazy" width={64}
			height={64} src={smaller(one.image, 236)} />;
	return <span class="kept-icon case-picture"><Icon of={flag} size={24} /></span>;
}

function Words({ of: one }: { of: Case }) {
	const title = titleOf(one);
	const text = <b lang={langOf(title)}>{title}</b>;
	return <div class="case-words">
		<p>{one.url && !one.taken_down && !one.owner?.suspended
			? <a href={one.url}>{text}</a> : text}</p>
		<p><span class="kind">{t(`kind.${one.kind}`)}</span>
			{one.owner && one.kind !== 'person' && ` · ${one.owner.username}`}
			{one.owner?.suspended && ` · ${t('staff.state.suspended')}`}
			{one.taken_down && ` · ${t('staff.did.take_down')}`}</p>
		<p class="case-why">{reasonsOf(one)}</p>
		<small>{t('staff.reported', { n: one.reports, ago: ago(one.last_at) })}
			{one.closed_at && one.action && <> · {t(`staff.did.${one.action}`)}
				{' '}{ago(one.closed_at)}</>}</small>
	</div>;
}

/* Who reported it and why, and what was decided before. */
function Details({ id }: { id: number }) {
	const { data, error } = useLoad<WholeCase>(`staff/reports/${id}`);
	const { value: whole } = data;
	return <div class="case-more" aria-busy={!whole && !error.value}>
		{error.value && <p role="alert">{error.value.message}</p>}
		{whole && <>
			<h3>{t('staff.reports')}</h3>
			<ul>{whole.all_reports.map((report) => <li key={report.id}>
				<b>{t(`report.${report.reason}`)}</b>
				{report.note && <q lang={langOf(report.note)}>{report.note}</q>}
				<small>{report.reporter ?? t('staff.gone')}
					{' · '}{ago(report.created_at)}</small></li>)}</ul>
			{whole.history.length > 0 && <>
				<h3>{t('staff.history')}</h3>
				<ul>{whole.history.map((entry) => <li key={entry.id}>
					<b>{t(`staff.did.${entry.action}`)}</b>
					{entry.note && <q lang={langOf(entry.note)}>{entry.note}</q>}
					<small>{entry.staff} · {ago(entry.created_at)}</small>
				</li>)}</ul>
			</>}
		</>}
	</div>;
}
