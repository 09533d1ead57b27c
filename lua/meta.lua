---@meta moerates
--- The experiment language, for editors (LuaCATS annotations; never loaded).
---
--- Point the language server at this folder and `local moe = require "moerates"` completes and
--- checks every field. Names are [a-z0-9][a-z0-9-]{0,63}. A profile is quick, full or paper; the
--- cells of each are part of the next.

---@class moe
local moe = {}

---@alias moe.Gate "sigmoid"|"softmax"|"normalised-sigmoid"|string see `moerates info` for the list
---@alias moe.Expert "linear"|"relu"|"gelu"|"tanh"|"sigmoid"|"silu"|"input-independent"|string
---@alias moe.Measure "voronoi"|"d1"|"d2r-1"|"d2r-2"|"d2r-3"|"d3"|"softmax_d"|"over_expert"|"over_expert_mass"|"exact_expert"|"matched"|"matched_expert"|"l2"|"l2_bar"|"set_distance"|"b_d1"|"b_d2"|"b_d3"|"b_d4"|"e_voronoi"|"e_pinned"|"c_voronoi"|"over_slope"|"over_intercept"|"over_variance"|"over_gate"|"over_expert_shared"|"over_slope_shared"|"over_intercept_shared"|"over_variance_shared"|"exact_parameters"|"temperature"|"total_variation"|"hellinger"|"similarity"|"effective"|"test_error"|string
---@alias moe.Vector number|number[] one number stands for a list of one

---One atom: weight gate(beta1 . x + beta0), expert phi(a . x + b). Slopes left out are zero.
---@class moe.Atom
---@field beta1 moe.Vector? gate slopes
---@field beta0 number? gate intercept (default 0)
---@field a moe.Vector? expert slopes; must be zero for an expert that does not see x
---@field b number? expert intercept (default 0)
---@field variance number? of all atoms or none: the truth is then a Gaussian mixture

---What stands between the logits and the gate, and beside the routed atoms.
---@class moe.Router
---@field activation moe.Expert? of the logits: "tanh", "sigmoid", "gelu", "relu", "linear" ... (arXiv 2401.13875)
---@field outside boolean? intercepts are added after the activation, not before
---@field euclidean boolean? the logits are -||x - c||^2 / tau + c0, with beta1 = 2 c / tau and beta0 = c0 - ||c||^2 / tau
---@field top integer? only so many of the largest logits of a row keep a weight
---@field shared_expert moe.Expert? of the shared atoms; default: the expert of the routed ones

---@class moe.Truth: moe.Router
---@field gate moe.Gate
---@field expert moe.Expert
---@field d integer? covariates; by default the length of the first vector
---@field temperature number? logits are divided by it
---@field shared moe.Atom[]? atoms with half of the weight whatever x is, each by the softmax of their beta0
---@field [integer] moe.Atom the (routed) atoms, 1 to 32

---The mixture that makes the data.
---@param truth moe.Truth
---@return moe.Truth
function moe.truth(truth) end

---@class moe.Curve
---@field name "sine"|"runge"|"bump"|string sin z, 1 / (1 + z^2), exp(-z^2)
---@field a moe.Vector? slopes of z (default 1)
---@field b number? intercept of z (default 0)

---A smooth truth that is no mixture of experts: f(x) = curve(a . x + b).
---@param curve moe.Curve
---@return moe.Truth
function moe.curve(curve) end

---@class moe.RandomTruth
---@field gate moe.Gate
---@field expert moe.Expert
---@field k integer atoms
---@field d integer? covariates (default 1)
---@field seed integer? (default 1); the same numbers for every gate and expert
---@field slopes "free"|"zero"|"zero-last"|nil which beta1 are zero: none, all, the last atom's
---@field gate_sd number? normal gate parameters; default 0.1/sqrt(d), arXiv 2405.13997, appendix
---@field expert_sd number? normal expert parameters; default 1/sqrt(d), same source
---@field ranges moe.Box? uniform in these ranges instead of normal

---A truth drawn at random, the same on every run.
---@param spec moe.RandomTruth
---@return moe.Truth
function moe.random_truth(spec) end

---Ranges { low, high }. As `theta` of a case: the compact parameter set, shared by all atoms.
---@class moe.Box
---@field beta1 number[]? default { -8, 8 }
---@field beta0 number[]? default { -3, 3 }
---@field a number[]? default { -8, 8 }
---@field b number[]? default { -6, 6 }
---@field variance number[]? of Gaussian mixtures, default { 1e-3, 100 }
---@field temperature number[]? where one is learned, default { 1/8, 8 }
---@field shared_a number[]? of shared experts, default as a
---@field shared_b number[]? default as b

---@param box moe.Box
---@return moe.Box
function moe.box(box) end

---The truth that stands for a cell of Table 1 of arXiv 2405.13997: two atoms in d = 1, the
---over-specified one first.
---@param cell { gate: "sigmoid"|"softmax", regime: "R1"|"R2", expert: moe.Expert }
---@return moe.Truth
function moe.table1_truth(cell) end

---@class moe.Design
---@field kind "telescope"|"uniform"|"normal"

---@class moe.Telescope
---@field lower number
---@field upper number
---@field points integer? support points (default 1024)
---@field balanced boolean? the same number of observations at every point (default false: random)
---@field raw boolean? draws the n observations one by one, to check the telescope (default false)

---X uniform on support points of [lower, upper]^d; data drawn as counts and means, so that any n
---up to 1e14 costs the same and the least-squares estimate is exact.
---@param design moe.Telescope
---@return moe.Design
function moe.telescope(design) end

---n raw samples with X uniform on [lower, upper]^d.
---@param design { lower: number, upper: number }
---@return moe.Design
function moe.uniform(design) end

---n raw samples with X normal in every coordinate.
---@param design { mean: number?, sd: number? } default 0 and 1
---@return moe.Design
function moe.normal(design) end

---The whole numbers nearest to 10^from, ..., 10^to.
---@param from number
---@param to number
---@param per_decade integer? default 1
---@return integer[]
function moe.decades(from, to, per_decade) end

---@class moe.Sizes
---@field quick integer[] may be empty: then the case is not part of quick
---@field full integer[]? default: as quick
---@field paper integer[]? default: as full

---Sizes per profile; each must hold those of the profile before.
---@param sizes moe.Sizes
---@return moe.Sizes
function moe.sizes(sizes) end

---@class moe.Grid: moe.Router
---@field gate moe.Gate|moe.Gate[]|nil default: the truth's
---@field expert moe.Expert|moe.Expert[]|nil default: the truth's
---@field k integer|integer[] fitted atoms, shared ones among them
---@field shared integer? how many of them are shared
---@field tempered boolean? a temperature is fitted, in the range of the box (a point: it is known)

---What is fitted: one case for every combination.
---@param grid moe.Grid
---@return moe.Grid
function moe.grid(grid) end

---@class moe.Table
---@field file string a CSV file below the current folder: words of a-z, 0-9, - and _, slashes between them
---@field y string column of the response
---@field x string|string[] columns of the covariates

---Real data in place of a truth, a design and a noise. A cell's key covers the file's bytes.
---@param data moe.Table
---@return moe.Table
function moe.table(data) end

---@class moe.Estimator
---@field kind "lse"|"mle"|"em"|"sgd"|"path"|"cross-validation"

---Least squares from many starts; beside it the best of a few starts near the truth, and if asked
---for that of a larger search, which begins with the same starts. `keep`: distinct minima stored.
---@param options { starts: integer?, near_starts: integer?, larger_starts: integer?, keep: integer? } default 384 starts up to k = 3, 640 beyond, 16 above 200 parameters; 4; 0; 1
---@return moe.Estimator
function moe.lse(options) end

---Maximum likelihood of a Gaussian mixture, for truths whose atoms have variances.
---@param options { starts: integer?, near_starts: integer?, larger_starts: integer?, keep: integer? } as of moe.lse
---@return moe.Estimator
function moe.mle(options) end

---EM as published: from the truth, jittered by N(0, radius^2), until an iteration changes the
---log-likelihood by less than `tolerance` of it; the best of `starts`.
---@param options { tolerance: number?, iterations: integer?, starts: integer?, radius: number? } default 1e-6, 1000, 1, 0.1
---@return moe.Estimator
function moe.em(options) end

---Stochastic gradient descent, as in the published experiments.
---@param options { epochs: integer?, rate: number?, batch: integer?, radius: number? } default 10, 0.1, 1, 0.1
---@return moe.Estimator
function moe.sgd(options) end

---Parameters that are given, not estimated: losses along a path.
---@param options { points: { index: number, atoms: moe.Atom[], temperature: number? }[] } a temperature where the fit has one
---@return moe.Estimator
function moe.path(options) end

---Least squares on real data, in standard units of the training rows. Replicate r is fold (r - 1) % folds
---of repetition (r - 1) / folds, n the number of rows drawn from the table. `anchored`: one gate row is
---fixed at 0 whatever the gate, as softmax needs it, so that all gates have equally many parameters.
---@param options { folds: integer?, starts: integer?, anchored: boolean?, box: number? } default 5, 64, false, 20
---@return moe.Estimator
function moe.cross_validation(options) end

---One thing that is estimated at several n. A field left out is the experiment's.
---@class moe.Case
---@field name string? required in a list of cases
---@field title string?
---@field regime string? a label for tables
---@field truth moe.Truth?
---@field data moe.Table? instead of truth, noise_sd, design and theta; with moe.cross_validation
---@field noise_sd number? standard deviation of the noise (default 0.1)
---@field design moe.Design?
---@field fit moe.Grid?
---@field theta moe.Box? default: moe.box {}
---@field estimator moe.Estimator? default: moe.lse {}
---@field n moe.Sizes|integer[]|nil increasing; not for a path
---@field replicates integer|{ quick: integer, full: integer?, paper: integer? }|nil nested in blocks of 10
---@field measure moe.Measure|moe.Measure[]|nil losses to report
---@field minimisers boolean? also find the population minimisers (needs the telescope)
---@field population_starts integer? starts of that search (default 200)

---@param case moe.Case
---@return moe.Case
function moe.case(case) end

---@class moe.Figure
---@field name string? default: the measure
---@field title string?
---@field measure moe.Measure
---@field statistic "median"|"mean"|nil default "median"
---@field curves string[]? selections as in -s, one curve each
---@field by string|string[]|nil one curve per value of these fields
---@field guides { slope: number, label: string }[]|nil lines of a given slope
---@field published { slope: number, label: string, source: string, case: string? }[]|nil for the key

---@param figure moe.Figure
---@return moe.Figure
function moe.figure(figure) end

---@class moe.Claim
---@field id string id in the list of claims
---@field case string? name of the case that tests it; default: every case
---@field against string? the other case of an inequality or an ordering
---@field measure moe.Measure? or the ratio of two, "l2/d2r-1"
---@field against_measure moe.Measure? of the other case; default: the same
---@field statistic "median"|"mean"|nil default "median"
---@field search "full"|"near"|nil default "full"
---@field kind "rate"|"holds"|"inequality"|"ordering"|"value"|nil default "rate"
---@field by "n / log n"|nil of a value: what the published slope is in, if not n
---@field note string?

---@param claim moe.Claim
---@return moe.Claim
function moe.claim(claim) end

---@class moe.Experiment: moe.Case
---@field name string
---@field title string?
---@field cases moe.Case[]? default: the experiment itself is the only case
---@field figures moe.Figure[]? default: one per measure
---@field claims (string|moe.Claim)[]? ids alone stand for claims about every case

---What a script returns. Case names: a grid axis with several values adds `-value`.
---@param experiment moe.Experiment
---@return moe.Experiment
function moe.experiment(experiment) end

---@class moe.MixtureAtom
---@field beta1 moe.Vector? default: 0; not of shared atoms
---@field beta0 number? default: 0; not of shared atoms
---@field omega number? of shared atoms, whose weights add up to 1 (default: 1)
---@field a moe.Vector?
---@field b number?
---@field scale number? the expert is scale * phi(a.x + b); left out, it is 1 and no parameter
---@field variance number? default: 1

---@class moe.Mixture
---@field gate moe.Gate
---@field temperature number? learned; left out, it is 1 and no parameter
---@field activation moe.Expert? of the router
---@field inside boolean? the activation is that of beta1.x + beta0, not of beta1.x alone
---@field gaussian boolean? a density with variances, not a regression function
---@field expert moe.Expert
---@field shared_expert moe.Expert? default: expert
---@field shared moe.MixtureAtom[]?
---@field [integer] moe.MixtureAtom

---A truth for certificates: with a temperature, an activation in the router, variances, shared atoms.
---@param mixture moe.Mixture
---@return moe.Mixture
function moe.mixture(mixture) end

---@class moe.Certified
---@field name string
---@field truth moe.Truth|moe.Mixture
---@field over integer[]? which of its atoms are over-specified (default: the first)

---@class moe.CertifiedClaim
---@field id string id in the list of claims; it must predict `holds` or `fails`
---@field family "strong"|"strong_f"|"effective"|"weak"|"exchange" the functions that are said to be independent
---@field cases string[] at which truths: independent at all of them, or it fails

---A polynomial system that decides a rate, and a solution in whole numbers (lua/moerates/systems.lua).
---@class moe.System
---@field name string
---@field system "r1"|"r2"
---@field atoms { weight: integer, a: integer, b: integer, gate: integer?, slope: integer? }[] m of them, at most 6

---@class moe.SystemClaim
---@field id string id in the list of claims; it must predict a whole number
---@field system string name of a system

---@class moe.Certificates
---@field name string
---@field title string?
---@field design moe.Design? the law of X (default: 256 points on [-3, 3])
---@field cases moe.Certified[]?
---@field systems moe.System[]?
---@field claims (moe.CertifiedClaim|moe.SystemClaim)[]?

---What a script for `moerates certify` returns: truths at which identifiability is tested, and polynomial systems.
---@param certificates moe.Certificates
---@return moe.Certificates
function moe.certificates(certificates) end

---@alias moe.Level "objective"|"gradient"|"gauss-newton"|"hessian" each computes those before as well
---@alias moe.Variant "plain"|"gsl"|"blis-dsyrk"|"blis"|"tile" plain code; the textbook with GSL; an explicit Jacobian and dsyrk; the structured product by BLIS; by own tiles, at every ISA level of the CPU

---@class moe.Shape
---@field d integer covariates
---@field k integer atoms
---@field n integer|integer[] rows, at least 32 for each thread

---One case for every combination that means something. Fields of a selection: timing, gate, expert,
---d, k, n, level, threads, variant, isa, and rank: 0 for scalar code, 1 for the CPU's best ISA level,
---2 for the next.
---@class moe.Timing
---@field name string
---@field title string?
---@field gate moe.Gate|moe.Gate[]
---@field expert moe.Expert|moe.Expert[]
---@field shapes moe.Shape[]
---@field level moe.Level|moe.Level[]|nil default: all
---@field variant moe.Variant|moe.Variant[]|nil default: all
---@field threads integer|integer[]|nil default 1; more than the machine runs at once are left out
---@field repeats integer? timings of a case, 3 to 100 (default 9)
---@field default string|string[]|nil selections that hold when the command line has none; default: all

---What a timing script returns, for `moerates bench`.
---@param timing moe.Timing
---@return moe.Timing
function moe.timing(timing) end

---@class moe.Line one of d, k and n is a list of at least 3 increasing values; the others are one number
---@field d integer|integer[]
---@field k integer|integer[]
---@field n integer|integer[] rows, at least 32

---@class moe.Growth
---@field name string
---@field title string?
---@field gate moe.Gate
---@field expert moe.Expert
---@field lines moe.Line[]
---@field level moe.Level|moe.Level[]|nil default { "gradient", "hessian" }
---@field variant "engine"|"plain"|"gsl"|("engine"|"plain"|"gsl")[]|nil default { "engine", "gsl" }; engine: tile or blis, whichever the engine takes at that d and k
---@field repeats integer? timings of a case, 3 to 100 (default 5)

---By which power the time of an evaluation grows along each line; for `moerates bench`.
---@param growth moe.Growth
---@return moe.Growth
function moe.growth(growth) end

---@class moe.Likelihood
---@field name string
---@field title string?
---@field gate moe.Gate|moe.Gate[] gates whose weights add up to one
---@field expert moe.Expert|moe.Expert[]
---@field shapes moe.Shape[]
---@field level moe.Level|moe.Level[]|nil default: all
---@field variant "engine"|"plain"|("engine"|"plain")[]|nil default "engine": tile or blis, whichever the engine takes
---@field rounds integer? of squares and likelihood in turns, 1 to 20 (default 3)
---@field repeats integer? timings of a case in a round, 3 to 100 (default 5)

---What a likelihood costs beside least squares of the same size; for `moerates bench`.
---@param likelihood moe.Likelihood
---@return moe.Likelihood
function moe.likelihood(likelihood) end

---@alias moe.Drawn "uniform"|"normal"|"row"|"telescope" a number; a row of a raw design; a support point of a telescope's data set

---@class moe.Generation
---@field name string
---@field title string?
---@field what moe.Drawn|moe.Drawn[]|nil default: all
---@field gate moe.Gate of the truth
---@field expert moe.Expert
---@field k integer
---@field d integer|integer[]|nil default 1
---@field rows integer|integer[]|nil of a raw data set (default 16384)
---@field points integer|integer[]|nil of a telescope (default 1024)
---@field n integer|integer[]|nil that a telescope stands for (default 1e8)
---@field repeats integer? timings of a case, 3 to 100 (default 9)

---What random numbers and data sets cost, beside GSL's; for `moerates bench`.
---@param generation moe.Generation
---@return moe.Generation
function moe.generation(generation) end

---@alias moe.Method "sgd"|"adam"|"adam-full"|"lbfgs"|"marquardt"|"trust" in minibatches, on raw rows only: sgd, adam; GSL's Levenberg-Marquardt, without a box: marquardt

---@class moe.Problem
---@field name string
---@field truth moe.Truth
---@field fit { gate: moe.Gate, expert: moe.Expert, k: integer } at least the truth's atoms
---@field design moe.Design
---@field noise_sd number
---@field n integer
---@field box moe.Box? default: -50 to 50 for all
---@field radius number? jitter of the starts around the truth (default 0.3)

---@class moe.Steps
---@field rate number? default 0.1 (sgd), 0.001 (adam)
---@field batch integer? default 16 (sgd), 256 (adam, whole tiles of 32)

---@class moe.Optimisers
---@field name string
---@field title string?
---@field problems moe.Problem[]
---@field method moe.Method|moe.Method[]|nil default: all that the data allow
---@field starts integer? the same for every method (default 5)
---@field rounds integer? runs of each start that had time enough; the fastest counts (default 3)
---@field seconds number? that a run may take (default 0.5)
---@field search integer? starts of the search for the best objective (default 32)
---@field tolerance number? nats at which lbfgs and trust stop (default 1e-4)
---@field nats number|number[]|nil levels above the best (default { 10, 1, 0.1, 0.001 })
---@field sgd moe.Steps?
---@field adam moe.Steps?

---How many seconds each method takes to come how near to the best objective; for `moerates bench`.
---@param optimisers moe.Optimisers
---@return moe.Optimisers
function moe.optimisers(optimisers) end

---@alias moe.Peer "numpy"|"torch"|"numba"|"numba-fastmath"|"scipy"|"scipy-default"|"numpy-em"|"flexmix" objective and gradient; fits, by L-BFGS-B on numba's: scipy at tight tolerances, scipy-default at SciPy's own; EM for mixtures: numpy-em, flexmix

---@class moe.Contest
---@field name string
---@field title string?
---@field truth moe.Truth
---@field fit { gate: "sigmoid", expert: "relu", k: integer } at least the truth's atoms; softmax and linear if they have variances
---@field design moe.Design one with rows
---@field noise_sd number? unless the truth's atoms have variances
---@field n integer rows, 32 to 10^7
---@field contest "gradient"|"fit"|"em"|("gradient"|"fit"|"em")[]|nil default: all; em is for mixtures, the others are not
---@field peer moe.Peer|moe.Peer[]|nil default: all
---@field range { [1]: number, [2]: number }? of every parameter in a fit (default { -50, 50 })
---@field variance { [1]: number, [2]: number }? range of the variances in our own fit of a mixture (default { 1e-3, 1e3 })
---@field tolerance number? relative change of the log-likelihood at which EM ends if it does not get as far as we (default 1e-12)
---@field iterations integer? of EM at most (default 100000)
---@field radius number? jitter of the starts around the truth (default 0.3)
---@field starts integer? of the fits (default 5); gradients are timed at the first
---@field rounds integer? fits from each start; the fastest counts (default 2)
---@field repeats integer? timings of a gradient, 3 to 100 (default 9)
---@field patience number? seconds after which a peer that has not answered is left out (default 300)

---What other programs need for the same work, in the same run; for `moerates bench`.
---@param contest moe.Contest
---@return moe.Contest
function moe.contest(contest) end

---A value that `--set NAME=VALUE` changes; shown by `moerates run SCRIPT --help`.
---@generic T: number|string|boolean
---@param name string
---@param default T
---@param help string?
---@return T
function moe.option(name, default, help) end

---phi(z) of an expert and its first two derivatives, the same on every machine.
---@param expert moe.Expert
---@param z number
---@return number phi
---@return number first
---@return number second
function moe.value(expert, z) end

---Random numbers as functions of a text and an index from 1: the same on every run and machine.
moe.random = {}

---Uniform on (0, 1).
---@param key string
---@param i integer
---@return number
function moe.random.uniform(key, i) end

---Standard normal.
---@param key string
---@param i integer
---@return number
function moe.random.normal(key, i) end

return moe
