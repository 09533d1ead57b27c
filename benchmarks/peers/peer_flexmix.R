# flexmix: EM for Gaussian mixtures of linear experts behind a softmax gate, as its users run it: a
# concomitant model by multinomial logit, Gaussian regressions, started from the shares of the atoms at
# theta. It cannot be told to end at a log-likelihood: it ends by its own tolerance, relative too.
#
# peer.py says what is asked and answered. flexmix divides sums of squares by degrees of freedom, so that
# its variances are not quite those of maximum likelihood.
say <- function(...) { cat(paste(...), "\n", sep = ""); flush(stdout()) }
numbers <- function(x) paste(format(x, digits = 17, scientific = TRUE, trim = TRUE), collapse = " ")

if (!suppressWarnings(suppressMessages(requireNamespace("flexmix", quietly = TRUE)))) {
  say("missing", "there is no package called flexmix")
  quit(status = 0)
}
suppressMessages(library(flexmix))

data <- NULL

# Gate and expert rows, and variances.
unpack <- function(theta) {
  rows <- matrix(theta[seq_len(2 * data$k * (data$d + 1))], nrow = 2 * data$k, byrow = TRUE)
  list(gate = rows[seq_len(data$k), , drop = FALSE], expert = rows[data$k + seq_len(data$k), , drop = FALSE],
       variance = exp(theta[-seq_len(length(rows))]))
}

# log(weight times density), an atom in each column.
terms <- function(theta) {
  at <- unpack(theta)
  x <- cbind(data$x, 1)
  u <- x %*% t(at$gate)
  top <- apply(u, 1, max)
  u <- u - top - log(rowSums(exp(u - top)))
  mean <- x %*% t(at$expert)
  u + sapply(seq_len(data$k), function(j) dnorm(data$y, mean[, j], sqrt(at$variance[j]), log = TRUE))
}

value <- function(theta) {
  t <- terms(theta)
  top <- apply(t, 1, max)
  -sum(top + log(rowSums(exp(t - top))))
}

# flexmix's estimate as theta; its rows have the intercept first.
packed <- function(fit) {
  turn <- function(rows) t(rbind(rows[-1, , drop = FALSE], rows[1, , drop = FALSE]))
  expert <- parameters(fit, which = "model")
  gate <- parameters(fit, which = "concomitant")
  c(t(turn(gate)), t(turn(expert[-nrow(expert), , drop = FALSE])), 2 * log(expert[nrow(expert), ]))
}

em <- function(limit, tolerance, iterations, theta) {
  t <- terms(theta)
  share <- exp(t - apply(t, 1, max))
  frame <- data.frame(y = data$y, data$x)
  right <- paste(colnames(frame)[-1], collapse = " + ")
  start <- Sys.time()
  fit <- flexmix(as.formula(paste("y ~", right)), data = frame, k = data$k,
                 cluster = share / rowSums(share), concomitant = FLXPmultinom(as.formula(paste("~", right))),
                 control = list(iter.max = iterations, minprior = 0, tolerance = tolerance))
  seconds <- as.numeric(difftime(Sys.time(), start, units = "secs"))
  theta <- packed(fit)
  say("em", numbers(c(seconds, value(theta), theta)))
}

say("ready", as.character(packageVersion("flexmix")))
input <- file("stdin", "r")
while (length(line <- readLines(input, 1)) > 0) {
  words <- strsplit(line, " ", fixed = TRUE)[[1]]
  command <- words[1]
  if (command == "data") {
    n <- as.integer(words[3])
    d <- as.integer(words[4])
    rows <- matrix(readBin(words[2], "double", n * (d + 1)), nrow = n, byrow = TRUE)
    data <- list(x = rows[, seq_len(d), drop = FALSE], y = rows[, d + 1], k = as.integer(words[5]), d = d)
    say("ok")
  } else if (command == "value") {
    say("value", numbers(value(as.numeric(words[-1]))))
  } else if (command == "em") {
    given <- as.numeric(words[-1])
    em(given[1], given[2], given[3], given[-(1:3)])
  } else stop("unknown command ", command)
}
