/* What the staff sees, as far as its pages read it. */
import { t } from './words';

export const tabs = ['reports', 'users', 'jobs', 'caches', 'log'] as const;
export type Tab = typeof tabs[number];

export const reasons = ['spam', 'nudity', 'hate', 'violence', 'harassment',
	'copyright', 'other'] as const;
export type Reason = typeof reasons[number];

export type Kind = 'pin' | 'style' | 'comment' | 'board' | 'person';
export type Action = 'dismiss' | 'take_down' | 'restore' | 'warn' | 'suspend';

/* All reports of one thing or person. */
export interface Case {
	id: number;
	kind: Kind;
	excerpt: string | null;
	image: string | null;
	url: string | null;
	owner: { id: number; username: string; suspended: boolean } | null;
	taken_down: boolean;
	reports: number;
	reasons: Partial<Record<Reason, number>>;
	last_at: string;
	closed_at: string | null;
	action: Action | null;
}

/* The same, with the reports and what was done. */
export interface WholeCase extends Case {
	all_reports: {
		id: number;
		reporter: string | null;
		reason: Reason;
		note: string;
		created_at: string;
	}[];
	history: {
		id: number;
		staff: string;
		action: Action;
		note: string;
		created_at: string;
	}[];
}

export interface Account {
	id: number;
	username: string;
	email: string;
	avatar: string | null;
	state: 'active' | 'suspended' | 'closed' | 'deleted';
	staff: boolean;
	created_at: string;
}

export interface Job {
	id: number;
	kind: string;
	attempts: number;
	error: string | null;
	run_at: string;
	dead_at: string | null;
}

export interface Entry {
	id: number;
	staff: string;
	action: Action | 'unsuspend' | 'retry_job' | 'drop_job';
	username: string | null;
	about: string;
	note: string;
	created_at: string;
}

export const counters = ['hit', 'stale', 'miss', 'fenced', 'bypass'] as const;
export type Counts = { route: string } & Record<typeof counters[number], number>;

/* "Spam 3, Hate", the most frequent first. */
export function reasonsOf({ reasons: counts }: Case): string {
	return Object.entries(counts).sort(([, a], [, b]) => b - a)
		.map(([why, n]) => t(`report.${why as Reason}`) + (n > 1 ? ` ${n}` : ''))
		.join(', ');
}

/* What can be decided of a case as it is now. */
export function actionsOf(one: Case): Action[] {
	const wanted: [Action, boolean][] = [
		['dismiss', one.closed_at === null],
		['take_down', one.kind !== 'person' && !one.taken_down],
		['restore', one.taken_down],
		['warn', one.owner !== null],
		['suspend', one.owner?.suspended === false],
	];
	return wanted.flatMap(([action, can]) => can ? [action] : []);
}
