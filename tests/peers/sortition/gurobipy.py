"""What sortition-algorithms' leximin asks of Gurobi, which is proprietary, answered by HiGHS: a few linear programs.

Only the calls that it makes. Interior point without crossover, as it asks Gurobi to.
"""
import highspy


class GRB:
    CONTINUOUS, MINIMIZE, OPTIMAL = "C", 1, 2


class Sum:
    """A linear expression: coefficients by variable number, and a constant."""

    def __init__(self, terms=None, constant=0.0):
        self.terms, self.constant = dict(terms or {}), constant

    def plus(self, other, factor):
        if not isinstance(other, Sum):
            return Sum(self.terms, self.constant + factor * other)
        total = Sum(self.terms, self.constant + factor * other.constant)
        for variable, coefficient in other.terms.items():
            total.terms[variable] = total.terms.get(variable, 0.0) + factor * coefficient
        return total

    def __add__(self, other):
        return self.plus(other, 1.0)

    def __sub__(self, other):
        return self.plus(other, -1.0)

    def __rsub__(self, other):
        return Sum().plus(other, 1.0).plus(self, -1.0)

    def __mul__(self, factor):
        return Sum({v: factor * c for v, c in self.terms.items()}, factor * self.constant)

    __radd__, __rmul__ = __add__, __mul__

    def __le__(self, other):
        return self - other, -highspy.kHighsInf, 0.0

    def __ge__(self, other):
        return self - other, 0.0, highspy.kHighsInf

    def __eq__(self, other):
        return self - other, 0.0, 0.0


class Var(Sum):
    def __init__(self, model, number):
        super().__init__({number: 1.0})
        self.model, self.number = model, number

    __hash__ = object.__hash__

    @property
    def x(self):
        return self.model.point[self.number]


def quicksum(parts):
    total = Sum()
    for part in parts:
        total.constant += part.constant
        for variable, coefficient in part.terms.items():
            total.terms[variable] = total.terms.get(variable, 0.0) + coefficient
    return total


def setParam(*_):
    pass


class Model:
    def __init__(self):
        self.highs = highspy.Highs()
        for option, value in (("output_flag", False), ("solver", "ipm"), ("run_crossover", "off"), ("threads", 1)):
            self.highs.setOptionValue(option, value)
        self.count, self.status, self.point, self.objVal = 0, None, [], None

    def setParam(self, *_):
        pass

    def addVar(self, vtype=GRB.CONTINUOUS, lb=0.0):
        self.highs.addVar(lb, highspy.kHighsInf)
        self.count += 1
        return Var(self, self.count - 1)

    def addConstr(self, row):
        expression, low, high = row
        numbers, values = list(expression.terms), list(expression.terms.values())
        self.highs.addRow(low - expression.constant, high - expression.constant, len(numbers), numbers, values)

    def setObjective(self, expression, _):
        for number in range(self.count):
            self.highs.changeColCost(number, expression.terms.get(number, 0.0))

    def optimize(self):
        # where interior point ends without a verdict, simplex has one
        for solver in ("ipm", "simplex"):
            self.highs.setOptionValue("solver", solver)
            self.highs.run()
            solved = self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
            if solved:
                break
            self.highs.clearSolver()
        self.status = GRB.OPTIMAL if solved else None
        self.point = list(self.highs.getSolution().col_value)
        self.objVal = self.highs.getInfo().objective_function_value
